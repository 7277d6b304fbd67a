// DNS messages as scenarios write them: a query from its JSON form, a reply into its JSON form. Written apart from the
// mock's own DNS code on purpose, so that one can't hide the other's mistakes.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "conformance/scenario.h"

namespace mock_http::conformance {

/// The query's octets. `id` is used unless the step names one. Fails on a step that can't be sent.
std::expected<std::string, std::string> DnsQuery(const Json& ask, std::uint16_t id);

/// The reply as recorded, or {"reply": "with another id"}. A reply that is cut short gives {"reply": "malformed"}.
Json DnsReply(std::string_view query, std::string_view reply);

}  // namespace mock_http::conformance
