// Cross-origin headers as rs/cors 1.7 adds them for acme-dns: any origin, methods GET and POST, its default headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_http/http_message.h"

namespace mock_acmedns {

/// Whether the CORS layer answers the request itself.
bool IsPreflight(const mock_http::Request& request);

/// Its answer: 200, always with Vary, the rest only when origin, method and headers are allowed.
mock_http::Response AnswerPreflight(const mock_http::Request& request);

/// Adds Vary, and Access-Control-Allow-Origin where it is due, to the answer to another request.
void AddCorsHeaders(const mock_http::Request& request, mock_http::Response& response);

/// The names in a header list, in canonical letter case ("x-api-user" -> "X-Api-User").
std::vector<std::string> ParseHeaderList(std::string_view list);

}  // namespace mock_acmedns
