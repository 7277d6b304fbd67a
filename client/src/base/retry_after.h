// The Retry-After header of 429 and 503 answers: RFC 9110 section 10.2.3, seconds or an HTTP date.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "effects/clock.h"
#include "effects/http_transport.h"

namespace client {

/// How long to wait from `now`; never negative. nullopt for text of neither form. Dates in all three forms of RFC 9110
/// section 5.6.7.
std::optional<std::chrono::seconds> ParseRetryAfter(std::string_view value, TimePoint now);

/// The answer's Retry-After; nullopt when it has none that can be read.
std::optional<std::chrono::seconds> RetryAfter(const HttpResponse& response, TimePoint now);

}  // namespace client
