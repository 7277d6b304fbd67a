// Times as kubectl's tables show them. Source: apimachinery's pkg/util/duration.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "mock_http/clock.h"
#include "mock_kubeapi/rfc3339.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// "45s", "3m20s", "5h", "2d3h" …; "<invalid>" for a time that lies more than a second ahead.
std::string HumanDuration(std::chrono::nanoseconds duration);

/// How long ago `time` (RFC 3339) was; "<unknown>" when it is empty or no time.
std::string TimeSince(std::string_view time, mock_http::TimePoint now);
/// The Age column: time since metadata.creationTimestamp.
std::string Age(const Json& object, mock_http::TimePoint now);

}  // namespace mock_kubeapi
