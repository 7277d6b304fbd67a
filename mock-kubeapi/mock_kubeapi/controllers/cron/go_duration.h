// Durations as Go reads them, for "@every 1h30m".
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace mock_kubeapi::cron {

/// Go's time.ParseDuration ("1h30m", "-1.5s"); the error is its text.
std::expected<std::chrono::nanoseconds, std::string> ParseGoDuration(std::string_view text);

}  // namespace mock_kubeapi::cron
