// HOST:PORT as flags take it and ready lines print it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace mock_http {

struct HostPort {
  std::string host;  ///< numeric, without brackets
  std::uint16_t port = 0;
};

/// Reads "127.0.0.1:0" or "[::1]:53". The error says what is wrong with the text.
std::expected<HostPort, std::string> ParseHostPort(std::string_view text);
/// The reverse: brackets around an IPv6 address.
std::string FormatHostPort(std::string_view host, std::uint16_t port);

}  // namespace mock_http
