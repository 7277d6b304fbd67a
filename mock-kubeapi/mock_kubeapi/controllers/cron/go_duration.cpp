#include "mock_kubeapi/controllers/cron/go_duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::cron {
namespace {

using std::chrono::nanoseconds;

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\u00b5s", 1'000},
                                         {"\u03bcs", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view TakeDigits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

}  // namespace

std::expected<nanoseconds, std::string> ParseGoDuration(std::string_view text) {
  const auto invalid = std::unexpected(fmt::format("time: invalid duration {}", GoQuote(text)));
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return nanoseconds{0};
  if (rest.empty()) return invalid;

  constexpr auto kMax = static_cast<long double>(std::numeric_limits<std::int64_t>::max());
  long double total = 0;
  while (!rest.empty()) {
    if (!IsDigit(rest.front()) && rest.front() != '.') return invalid;
    const std::string_view whole = TakeDigits(rest);
    std::string_view fraction;
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      fraction = TakeDigits(rest);
    }
    if (whole.empty() && fraction.empty()) return invalid;
    const std::size_t unit_end = std::min(rest.size(), rest.find_first_of(".0123456789"));
    const std::string_view unit_name = rest.substr(0, unit_end);
    if (unit_name.empty()) return std::unexpected(fmt::format("time: missing unit in duration {}", GoQuote(text)));
    rest.remove_prefix(unit_end);
    const auto unit = std::ranges::find(kUnits, unit_name, &Unit::name);
    if (unit == kUnits.end()) {
      return std::unexpected(fmt::format("time: unknown unit {} in duration {}", GoQuote(unit_name), GoQuote(text)));
    }
    long double value = 0;
    for (const char c : whole) value = value * 10 + (c - '0');
    long double scale = 1;
    for (const char c : fraction) value += (c - '0') * (scale /= 10);
    total += value * static_cast<long double>(unit->nanos);
    if (total > kMax) return invalid;
  }
  const auto count = static_cast<std::int64_t>(total);
  return nanoseconds{negative ? -count : count};
}

}  // namespace mock_kubeapi::cron
