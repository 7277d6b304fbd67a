// The target of a request line as Go's net/url reads it (url.ParseRequestURI of Go 1.19): a server written in Go
// answers 400 to a target that this library can't parse, before any of its own code is asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mock_http {

/// A request target, decoded.
struct RequestTarget {
  /// "http://host" of an absolute target, the scheme in lower case; of one without a path behind the scheme ("a:b") the
  /// whole but the query. Else empty.
  std::string origin;
  bool is_opaque = false;  ///< the scheme is followed by no path
  std::string path;        ///< percent-decoded
  std::string query;       ///< with its '?', as sent; empty when there is none
};

/// "/path?query", "*" or an absolute URL; for CONNECT also "host:port". nullopt for what is none of these.
std::optional<RequestTarget> ParseRequestTarget(std::string_view method, std::string_view target);

}  // namespace mock_http
