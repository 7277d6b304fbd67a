// The parts of an HTTP answer that recordings hold.
#pragma once

#include <string>
#include <string_view>

#include "conformance/scenario.h"
#include "mock_http/http_message.h"

namespace mock_http::conformance {

/// The headers that are compared, by lower-case name, fields of one name joined by ", ". acme-dns recordings also hold
/// those of CORS.
Json KeptHeaders(const Response& response, bool is_acme);

/// Adds "body" (JSON) or "text" to `answer`; neither for an empty body.
void AddBody(const std::string& body, Json& answer);

}  // namespace mock_http::conformance
