#include "mock_acmedns/address.h"

#include <algorithm>
#include <charconv>

#include "mock_acmedns/hex_digit.h"

namespace mock_acmedns {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct ParsedIp {
  IpAddress address;
  bool is_v4_text = false;  ///< "::ffff:1.2.3.4" is not
};

/// Four decimal fields without leading zeros, written to `out`.
bool ParseV4(std::string_view text, std::uint8_t* out) {
  for (int field = 0; field < 4; ++field) {
    const std::size_t end = text.find('.');
    const std::string_view digits = text.substr(0, end);
    if ((end == std::string_view::npos) != (field == 3) || digits.empty() || digits.size() > 3) return false;
    if (digits.size() > 1 && digits[0] == '0') return false;
    int value = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || rest != digits.data() + digits.size() || value > 255 || digits[0] == '-') return false;
    out[field] = static_cast<std::uint8_t>(value);
    text.remove_prefix(std::min(text.size(), digits.size() + 1));
  }
  return true;
}

/// As parseIPv6 of Go 1.19: groups of 16 bits with any number of leading zeros, one "::" for at least one group, an
/// IPv4 tail.
bool ParseV6(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
  std::size_t filled = 0;
  std::size_t ellipsis = 16;
  bool has_ellipsis = false;
  if (text.starts_with("::")) {
    has_ellipsis = true;
    ellipsis = 0;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  while (filled < 16) {
    std::size_t digits = 0;
    unsigned value = 0;
    while (digits < text.size() && HexValue(text[digits]) >= 0) {
      value = value * 16 + static_cast<unsigned>(HexValue(text[digits++]));
      if (value > 0xffff) return false;
    }
    if (digits == 0) return false;
    if (digits < text.size() && text[digits] == '.') {
      if ((!has_ellipsis && filled != 12) || filled + 4 > 16) return false;
      if (!ParseV4(text, &bytes.at(filled))) return false;
      filled += 4;
      text = {};
      break;
    }
    bytes.at(filled) = static_cast<std::uint8_t>(value >> 8U);
    bytes.at(filled + 1) = static_cast<std::uint8_t>(value & 0xffU);
    filled += 2;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.size() == 1 || text[0] != ':') return false;
    text.remove_prefix(1);
    if (text[0] == ':') {
      if (has_ellipsis) return false;
      has_ellipsis = true;
      ellipsis = filled;
      text.remove_prefix(1);
      if (text.empty()) break;
    }
  }
  if (!text.empty()) return false;
  if (filled == 16) return !has_ellipsis;
  if (!has_ellipsis) return false;
  std::move_backward(bytes.begin() + static_cast<std::ptrdiff_t>(ellipsis),
                     bytes.begin() + static_cast<std::ptrdiff_t>(filled), bytes.end());
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(ellipsis),
            bytes.begin() + static_cast<std::ptrdiff_t>(ellipsis + 16 - filled), std::uint8_t{0});
  return true;
}

std::optional<ParsedIp> Parse(std::string_view text) {
  ParsedIp parsed;
  const std::size_t first = text.find_first_of(".:");
  if (first == std::string_view::npos) return std::nullopt;
  if (text[first] == '.') {
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), parsed.address.bytes.begin());
    parsed.is_v4_text = true;
    if (!ParseV4(text, &parsed.address.bytes.at(12))) return std::nullopt;
  } else if (!ParseV6(text, parsed.address.bytes)) {
    return std::nullopt;
  }
  return parsed;
}

void Mask(std::array<std::uint8_t, 16>& bytes, int prefix_bits) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(prefix_bits - 8 * i, 0, 8);
    bytes.at(static_cast<std::size_t>(i)) &= static_cast<std::uint8_t>(0xff00U >> static_cast<unsigned>(kept));
  }
}

}  // namespace

bool IpAddress::IsV4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

std::optional<IpAddress> ParseIp(std::string_view text) {
  const auto parsed = Parse(text);
  if (!parsed) return std::nullopt;
  return parsed->address;
}

std::optional<Network> Network::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto parsed = mock_acmedns::Parse(text.substr(0, slash));
  const std::string_view length = text.substr(slash + 1);
  if (!parsed || length.empty() || !std::ranges::all_of(length, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  int bits = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (error != std::errc() || bits > (parsed->is_v4_text ? 32 : 128)) return std::nullopt;

  Network network;
  network.bytes_ = parsed->address.bytes;
  const int prefix = parsed->is_v4_text ? bits + 96 : bits;
  Mask(network.bytes_, prefix);
  // What is left of the address decides: "::ffff:10.0.0.0/104" is the IPv4 network 10.0.0.0/8.
  network.is_v4_ = IpAddress{network.bytes_}.IsV4();
  network.prefix_bits_ = prefix;
  return network;
}

bool Network::Contains(const IpAddress& address) const {
  if (address.IsV4() != is_v4_) return false;
  IpAddress masked = address;
  Mask(masked.bytes, prefix_bits_);
  return masked.bytes == bytes_;
}

std::string WithoutBrackets(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '[' || c == ']'; });
  return out;
}

}  // namespace mock_acmedns
