// The client's way to an HTTP server, behind which libcurl, a test's fake or the simulator stands.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "error.h"

namespace client {

using HttpHeader = std::pair<std::string, std::string>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< absolute, http:// or https://
  std::vector<HttpHeader> headers;
  std::string body;
  /// Bound on the whole exchange, connecting included.
  std::chrono::milliseconds timeout{10'000};
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string body;  ///< at most kResponseBytesMax

  /// The first header of that name, matched without regard to case; nullopt when there is none.
  std::optional<std::string_view> Header(std::string_view name) const;
};

inline constexpr std::size_t kResponseBytesMax = 1U << 20U;

/// One transport per peer (acme-dns, Kubernetes API): it holds that peer's TLS settings, not its URL.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  /// Sends one request and waits for the whole answer. Any HTTP status is a successful exchange, 3xx included
  /// (redirects are not followed). No (complete) answer is an Error: kTemporary (connection, time-out, broken or
  /// over-long answer), kMisconfigured (certificate refused, malformed URL), kCancelled. Messages never hold request
  /// headers or bodies. Not idempotent in general: after kTemporary the request may or may not have had its effect.
  virtual Result<HttpResponse> Send(const HttpRequest& request) = 0;
};

}  // namespace client
