// Reads the times of objects. mock_http/clock.h writes them.
#pragma once

#include <optional>
#include <string_view>

#include "mock_http/clock.h"

namespace mock_kubeapi {

/// RFC 3339 with any offset and up to nine digits of a second; nullopt for anything else.
std::optional<mock_http::TimePoint> ParseRfc3339(std::string_view text);

}  // namespace mock_kubeapi
