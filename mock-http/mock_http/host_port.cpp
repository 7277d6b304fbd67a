#include "mock_http/host_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace mock_http {

std::expected<HostPort, std::string> ParseHostPort(std::string_view text) {
  const auto fail = [text](std::string_view why) {
    return std::unexpected(
        fmt::format("\"{}\" is no address: {} (want HOST:PORT such as 127.0.0.1:0 or [::1]:0)", text, why));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail("it has no port");
  HostPort out{.host = std::string(text.substr(0, colon))};
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (error != std::errc() || end != port.data() + port.size()) return fail("the port is not a number from 0 to 65535");
  const bool bracketed = out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']';
  if (bracketed) out.host = out.host.substr(1, out.host.size() - 2);
  if (out.host == "localhost") out.host = "127.0.0.1";
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(bracketed ? AF_INET6 : AF_INET, out.host.c_str(), bytes.data()) != 1) {
    return fail("the host is not a numeric address");
  }
  return out;
}

std::string FormatHostPort(std::string_view host, std::uint16_t port) {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace mock_http
