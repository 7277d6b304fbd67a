#include "acmedns/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace client {
namespace {

std::unexpected<Error> BadEndpoint(std::string_view why) {
  return Fail(ErrorKind::kMisconfigured,
              fmt::format("the acme-dns URL {}; expected e.g. https://acme-dns.example.com", why));
}

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc() && end == text.data() + text.size() && IsDigit(text.front()) && port >= 1 &&
         port <= 65'535;
}

/// Checks host[:port], the host a name, an IPv4 address or an IPv6 address in brackets.
Result<void> CheckAuthority(std::string_view authority) {
  std::string_view host = authority;
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return BadEndpoint("has an IPv6 address without its closing bracket");
    host = authority.substr(1, end - 1);
    std::string_view rest = authority.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return BadEndpoint("has text behind the IPv6 address");
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
    const auto belongs = [](char c) { return IsDigit(c) || IsLetter(c) || c == ':' || c == '.' || c == '%'; };
    if (!std::ranges::all_of(host, belongs) || host.find(':') == std::string_view::npos) {
      return BadEndpoint("has brackets around what is no IPv6 address");
    }
  } else {
    const std::size_t colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    if (has_port) {
      host = authority.substr(0, colon);
      port = authority.substr(colon + 1);
    }
    const auto belongs = [](char c) { return IsDigit(c) || IsLetter(c) || c == '.' || c == '-' || c == '_'; };
    if (!std::ranges::all_of(host, belongs))
      return BadEndpoint("has a host name with other characters than letters, digits, - . _");
  }
  if (host.empty()) return BadEndpoint("has no host");
  if (has_port && (port.empty() || !IsPort(port))) return BadEndpoint("has a port that is no number from 1 to 65535");
  return {};
}

}  // namespace

Result<std::string> NormaliseEndpoint(std::string_view text) {
  text = Trim(text);
  if (text.empty()) return BadEndpoint("is missing");
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; })) {
    return BadEndpoint(
        "has white space, control characters or characters outside ASCII (write the host in its xn-- form)");
  }
  std::string scheme = "https";
  if (const std::size_t end = text.find("://"); end != std::string_view::npos) {
    scheme = ToLower(text.substr(0, end));
    text.remove_prefix(end + 3);
    if (scheme != "http" && scheme != "https") return BadEndpoint("has another scheme than http and https");
  }
  if (text.find_first_of("?#") != std::string_view::npos) return BadEndpoint("has a query or fragment");
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view authority = text.substr(0, slash);
  std::string_view path = text.substr(slash);
  if (authority.find('@') != std::string_view::npos) {
    return BadEndpoint(
        "holds a user name or password; use --username and --password-file (REG_USERNAME, REG_PASSWORD)");
  }
  if (auto checked = CheckAuthority(authority); !checked) return std::unexpected(checked.error());
  while (path.ends_with('/')) path.remove_suffix(1);
  return fmt::format("{}://{}{}", scheme, ToLower(authority), path);
}

}  // namespace client
