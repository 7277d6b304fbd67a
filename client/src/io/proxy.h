// Which proxy a request goes through. Ours, not libcurl's, because libcurl reads HTTP_PROXY only in lower case and
// looks into the environment by itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace client {

/// Proxy URLs by scheme of the request; empty: none. The URLs may hold a password, which no message repeats.
struct ProxySettings {
  std::string http;
  std::string https;
  /// Hosts that are reached directly, separated by commas or blanks: a name (and all names under it; a leading dot or
  /// "*." changes nothing), an address, a CIDR range, each with an optional ":port"; or "*" for all.
  std::string no_proxy;
  std::string source = {};  ///< what set the URLs, for messages; empty: the environment variables
};

/// What is asked for.
struct ProxyTarget {
  std::string_view scheme;  ///< "http" or "https"
  std::string_view host;    ///< IPv6 with or without brackets
  std::string_view port;    ///< digits
};

/// The proxy's URL, or empty to go directly.
std::string ChooseProxy(const ProxySettings& settings, const ProxyTarget& target);

}  // namespace client
