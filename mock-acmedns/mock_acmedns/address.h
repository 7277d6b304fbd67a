// IP addresses and networks with the rules of Go's net package, which acme-dns applies to allowfrom.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mock_acmedns {

/// An address in Go's 16-byte form: IPv4 is ::ffff:a.b.c.d.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  /// True for every address in ::ffff:0:0/96, however it was written.
  bool IsV4() const;
};

/// As Go's net.ParseIP: no leading zeros in IPv4, no zone. nullopt when the text is no address.
std::optional<IpAddress> ParseIp(std::string_view text);

class Network {
 public:
  /// As Go's net.ParseCIDR: an address, '/', a decimal prefix length. Host bits may be set.
  static std::optional<Network> Parse(std::string_view text);
  /// As Go's IPNet.Contains: an IPv4 address is in no IPv6 network.
  bool Contains(const IpAddress& address) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};  ///< masked
  int prefix_bits_ = 0;                   ///< of 128, for IPv4 too
  bool is_v4_ = false;
};

/// `text` without square brackets, wherever they stand: acme-dns's way to accept "[::1]/128".
std::string WithoutBrackets(std::string_view text);

}  // namespace mock_acmedns
