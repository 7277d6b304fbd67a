#include "mock_kubeapi/custom/formats.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "mock_kubeapi/decode/go_base64.h"
#include "mock_kubeapi/decode/go_time.h"

namespace mock_kubeapi::custom {
namespace {

bool IsAddress(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(family, text.c_str(), address.data()) == 1;
}

bool IsCidr(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) {
    return false;
  }
  const std::string address = text.substr(0, slash);
  const std::string_view bits = std::string_view(text).substr(slash + 1);
  int value = -1;
  const auto [rest, error] = std::from_chars(bits.data(), bits.data() + bits.size(), value);
  if (error != std::errc() || rest != bits.data() + bits.size() || value < 0) {
    return false;
  }
  return (IsAddress(AF_INET, address) && value <= 32) || (IsAddress(AF_INET6, address) && value <= 128);
}

bool MatchesWhole(const char* pattern, const std::string& text) {
  return RE2::FullMatch(text, pattern);
}

bool IsHostname(const std::string& text) {
  return text.size() <= 255 &&
         MatchesWhole(
             R"([a-zA-Z0-9\p{L}]([a-zA-Z0-9\p{L}-]{0,61}[a-zA-Z0-9\p{L}])?(\.[a-zA-Z0-9\p{L}]([a-zA-Z0-9\p{L}-]{0,61}[a-zA-Z0-9\p{L}])?)*\.?)",
             text);
}

constexpr const char* kUuid = "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}";

struct Format {
  std::string_view name;
  bool (*has)(const std::string& text);
};

constexpr std::array kFormats = {
    Format{"byte", [](const std::string& text) { return decode::GoDecodeBase64(text).has_value(); }},
    Format{"cidr", IsCidr},
    Format{"date", [](const std::string& text) { return decode::ParseTime(text + "T00:00:00Z").has_value(); }},
    Format{"date-time", [](const std::string& text) { return decode::ParseTime(text).has_value(); }},
    Format{"datetime", [](const std::string& text) { return decode::ParseTime(text).has_value(); }},
    Format{"duration",
           [](const std::string& text) {
             return MatchesWhole(R"([+-]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+|[0-9]+ ?[a-z]+)",
                                 text);
           }},
    Format{"email", [](const std::string& text) { return MatchesWhole(R"([^@\s]+@[^@\s]+)", text); }},
    Format{"hexcolor", [](const std::string& text) { return MatchesWhole("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text); }},
    Format{"hostname", IsHostname},
    Format{"ipv4", [](const std::string& text) { return IsAddress(AF_INET, text); }},
    Format{"ipv6", [](const std::string& text) { return IsAddress(AF_INET6, text); }},
    Format{"mac", [](const std::string& text) { return MatchesWhole("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}", text); }},
    Format{"password", [](const std::string&) { return true; }},
    Format{"uri",
           [](const std::string& text) { return MatchesWhole(R"(([a-zA-Z][a-zA-Z0-9+.-]*:\S+)|(/\S*))", text); }},
    Format{"uuid", [](const std::string& text) { return MatchesWhole(kUuid, text); }},
    Format{"uuid3",
           [](const std::string& text) {
             return MatchesWhole("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}", text);
           }},
    Format{"uuid4",
           [](const std::string& text) {
             return MatchesWhole("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}", text);
           }},
    Format{"uuid5",
           [](const std::string& text) {
             return MatchesWhole("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}", text);
           }},
};

/// Formats of numbers: the type is checked, not the value.
constexpr std::array<std::string_view, 4> kNumberFormats = {"int32", "int64", "float", "double"};

}  // namespace

bool IsKnownFormat(std::string_view format) {
  return std::find(kNumberFormats.begin(), kNumberFormats.end(), format) != kNumberFormats.end() ||
         std::any_of(kFormats.begin(), kFormats.end(), [&](const Format& known) { return known.name == format; });
}

bool HasFormat(std::string_view format, const std::string& text) {
  const auto* const found =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& known) { return known.name == format; });
  return found == kFormats.end() || found->has(text);
}

}  // namespace mock_kubeapi::custom
