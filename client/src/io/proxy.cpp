#include "io/proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.h"

namespace client {
namespace {

struct Address {
  std::array<std::uint8_t, 16> bytes = {};
  int bits = 0;  ///< 32 or 128
};

std::string_view WithoutBrackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

std::optional<Address> ParseAddress(std::string_view text) {
  const std::string copy(text);
  Address address;
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
  } else if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
  } else {
    return std::nullopt;
  }
  return address;
}

bool InRange(const Address& address, std::string_view range) {
  const std::size_t slash = range.find('/');
  const auto network = ParseAddress(range.substr(0, slash));
  if (!network || network->bits != address.bits) return false;
  int prefix = network->bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = range.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc{} || end != digits.data() + digits.size() || prefix < 0 || prefix > network->bits)
      return false;
  }
  for (int bit = 0; bit < prefix; ++bit) {
    const auto index = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if ((network->bytes[index] & mask) != (address.bytes[index] & mask)) return false;
  }
  return true;
}

bool IsUnder(std::string_view host, std::string_view name) {
  if (host.size() < name.size() || !EqualsIgnoringCase(host.substr(host.size() - name.size()), name)) return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

/// Takes ":port" off an entry and says whether it fits.
bool TakePort(std::string_view& entry, std::string_view port) {
  const std::size_t colon = entry.rfind(':');
  const bool one_colon = colon != std::string_view::npos && entry.find(':') == colon;
  const bool after_bracket = colon != std::string_view::npos && colon > 0 && entry[colon - 1] == ']';
  if (!one_colon && !after_bracket) return true;
  const bool fits = entry.substr(colon + 1) == port;
  entry = entry.substr(0, colon);
  return fits;
}

bool Excepts(std::string_view entry, const ProxyTarget& target) {
  if (entry == "*") return true;
  if (!TakePort(entry, target.port)) return false;
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.ends_with('.')) entry.remove_suffix(1);
  entry = WithoutBrackets(entry);
  if (entry.empty()) return false;
  std::string_view host = WithoutBrackets(target.host);
  if (host.ends_with('.')) host.remove_suffix(1);
  if (const auto address = ParseAddress(host)) return InRange(*address, entry);
  return IsUnder(host, entry);
}

}  // namespace

std::string ChooseProxy(const ProxySettings& settings, const ProxyTarget& target) {
  std::string_view rest = settings.no_proxy;
  constexpr std::string_view kSeparators = ", \t";
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find_first_of(kSeparators));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    if (!entry.empty() && Excepts(entry, target)) return {};
  }
  return target.scheme == "https" ? settings.https : settings.http;
}

}  // namespace client
