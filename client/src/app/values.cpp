#include "app/values.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"

namespace client {
namespace {

using std::chrono::milliseconds;

std::unexpected<Error> Wrong(std::string message) {
  return Fail(ErrorKind::kMisconfigured, std::move(message));
}

bool IsLabel(std::string_view text) {
  const auto is_alphanumeric = [](char c) { return IsLowerLetter(c) || IsDigit(c); };
  return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return is_alphanumeric(c) || c == '-'; });
}

template <class Number>
bool ParseWhole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

Result<milliseconds> ParseTime(std::string_view text, std::int64_t count_min) {
  struct Unit {
    std::string_view suffix;
    std::int64_t length_ms;
  };
  constexpr std::array kUnits = {Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                 Unit{"", 1'000}};
  constexpr std::int64_t kDayMs = 86'400'000;
  const std::string_view digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  const auto* unit =
      std::ranges::find_if(kUnits, [&](const Unit& each) { return each.suffix == text.substr(digits.size()); });
  std::int64_t count = 0;
  if (unit == kUnits.end() || !ParseWhole(digits, count) || count < count_min || count > kDayMs / unit->length_ms) {
    return Wrong(fmt::format("must be a time of at most a day, like 500ms, 10s or 2m, not {}", Printable(text, 40)));
  }
  return milliseconds(count * unit->length_ms);
}

}  // namespace

Result<int> ParseNumber(std::string_view text, const Range& range) {
  int number = 0;
  if (!ParseWhole(text, number) || number < range.min || number > range.max) {
    return Wrong(
        fmt::format("must be a whole number from {} to {}, not {}", range.min, range.max, Printable(text, 40)));
  }
  return number;
}

Result<milliseconds> ParseDuration(std::string_view text) {
  return ParseTime(text, 1);
}

Result<milliseconds> ParseDelay(std::string_view text) {
  return ParseTime(text, 0);
}

Result<std::vector<std::string>> ParseList(std::string_view text) {
  text = Trim(text);
  std::vector<std::string> items;
  if (text.starts_with('[')) {
    const auto json = ParseJson(text);
    const bool strings =
        json && json->is_array() && std::ranges::all_of(*json, [](const auto& item) { return item.is_string(); });
    if (!strings) return Wrong("must be a JSON array of strings or a comma list");
    for (const auto& item : *json) items.push_back(item.template get<std::string>());
    return items;
  }
  constexpr std::string_view kSeparators = ", \t\r\n";
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find_first_of(kSeparators));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

Result<void> CheckCidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  std::array<std::uint8_t, 16> bytes = {};
  int bits = -1;
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) bits = 32;
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) bits = 128;
  int prefix = 0;
  const bool has_prefix = slash != std::string_view::npos && ParseWhole(text.substr(slash + 1), prefix);
  if (bits < 0 || !has_prefix || prefix < 0 || prefix > bits) {
    return Wrong(fmt::format("must be CIDR ranges like 192.0.2.0/24 or 2001:db8::/32, not {}", Printable(text, 60)));
  }
  return {};
}

Result<void> CheckObjectName(std::string_view text) {
  std::string_view rest = text;
  bool good = !text.empty() && text.size() <= 253;
  while (good) {
    const std::size_t dot = rest.find('.');
    const std::string_view label = rest.substr(0, dot);
    // Only the whole length is limited in object names, not that of their labels.
    good = !label.empty() && IsLabel(label.substr(0, 1)) && IsLabel(label.substr(label.size() - 1)) &&
           std::ranges::all_of(label, [](char c) { return IsLowerLetter(c) || IsDigit(c) || c == '-'; });
    if (dot == std::string_view::npos) break;
    rest = rest.substr(dot + 1);
  }
  if (good) return {};
  return Wrong(fmt::format("must be a Kubernetes object name (lower-case letters, digits, '-' and '.'), not {}",
                           Printable(text, 60)));
}

Result<void> CheckNamespaceName(std::string_view text) {
  if (IsLabel(text)) return {};
  return Wrong(fmt::format("must be a Kubernetes namespace (at most 63 lower-case letters, digits and '-'), not {}",
                           Printable(text, 60)));
}

Result<void> CheckWord(std::string_view text) {
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  if (!text.empty() && printable) return {};
  return Wrong(fmt::format("must be one word, not {}", Printable(text, 60)));
}

Result<void> CheckTimeZone(std::string_view text) {
  const bool good = !text.empty() && IsLetter(text.front()) && !EqualsIgnoringCase(text, "local") &&
                    std::ranges::all_of(text, [](char c) {
                      return IsLetter(c) || IsDigit(c) || c == '/' || c == '_' || c == '-' || c == '+';
                    });
  if (good) return {};
  return Wrong(fmt::format("must be the name of a time zone, like Europe/Zurich, not {}", Printable(text, 60)));
}

Result<void> CheckEmail(std::string_view text) {
  const std::size_t at = text.find('@');
  if (CheckWord(text) && at != std::string_view::npos && at > 0 && at + 1 < text.size()) return {};
  return Wrong(fmt::format("must be an e-mail address, not {}", Printable(text, 60)));
}

Result<void> CheckHttpsUrl(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (CheckWord(text) && text.starts_with(kScheme) && text.size() > kScheme.size() &&
      text.find('@') == std::string_view::npos) {
    return {};
  }
  return Wrong("must be an https:// URL");
}

}  // namespace client
