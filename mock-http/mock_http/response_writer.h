// The octets of an HTTP/1.x response (RFC 9112): its head, and the chunks of a body whose length isn't known. No
// sockets.
#pragma once

#include <string>
#include <string_view>

#include "mock_http/http_message.h"

namespace mock_http {

/// What of the request decides how its response is framed.
struct Framing {
  bool is_head = false;
  bool is_http10 = false;
  bool keep_alive = true;
};

/// True for the statuses whose responses end with their head (RFC 9110 section 6.4.1).
bool HasNoBody(int status);

/// The status line and the fields with the empty line behind them. Adds Date when the response has none, and what
/// frames the body: Transfer-Encoding for a stream, else Content-Length.
std::string ResponseHead(const Response& response, const Framing& framing, TimePoint now);

/// The whole answer to a request that expects what isn't offered (417), as net/http gives it; the connection ends.
std::string ExpectationFailed(bool is_http10, TimePoint now);

/// One chunk (RFC 9112 section 7.1). `data` mustn't be empty: that would be the last chunk.
std::string Chunk(std::string_view data);

}  // namespace mock_http
