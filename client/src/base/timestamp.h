// Times as the Kubernetes API writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "effects/clock.h"

namespace client {

/// "2026-01-02T03:04:05Z", parts of a second left out.
std::string FormatTimestamp(TimePoint time);

/// What FormatTimestamp() writes; nullopt for all else.
std::optional<TimePoint> ParseTimestamp(std::string_view text);

}  // namespace client
