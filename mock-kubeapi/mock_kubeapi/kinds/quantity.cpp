#include "mock_kubeapi/kinds/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

namespace mock_kubeapi {
namespace {

constexpr std::int64_t kNano = 1'000'000'000;
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

struct Suffix {
  std::string_view text;
  int base;
  int exponent;
};
constexpr std::array<Suffix, 16> kSuffixes = {{{"", 10, 0},
                                               {"n", 10, -9},
                                               {"u", 10, -6},
                                               {"m", 10, -3},
                                               {"k", 10, 3},
                                               {"M", 10, 6},
                                               {"G", 10, 9},
                                               {"T", 10, 12},
                                               {"P", 10, 15},
                                               {"E", 10, 18},
                                               {"Ki", 2, 10},
                                               {"Mi", 2, 20},
                                               {"Gi", 2, 30},
                                               {"Ti", 2, 40},
                                               {"Pi", 2, 50},
                                               {"Ei", 2, 60}}};

std::optional<Suffix> FindSuffix(std::string_view text) {
  const auto found = std::ranges::find(kSuffixes, text, &Suffix::text);
  if (found != kSuffixes.end()) return *found;
  if (text.size() < 2 || (text.front() != 'e' && text.front() != 'E')) return std::nullopt;
  std::string_view digits = text.substr(1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int exponent = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return Suffix{.text = {}, .base = 10, .exponent = std::clamp(exponent, -40, 40)};
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<Quantity> Quantity::Parse(std::string_view text) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  int point = -1;  // digits before the decimal point
  std::size_t at = 0;
  for (; at < text.size() && (IsDigit(text[at]) || (text[at] == '.' && point < 0)); ++at) {
    if (text[at] == '.') {
      point = static_cast<int>(digits.size());
    } else {
      digits += text[at];
    }
  }
  if (digits.empty()) return std::nullopt;
  const std::optional<Suffix> suffix = FindSuffix(text.substr(at));
  if (!suffix) return std::nullopt;

  // Up to 1e27 nanos for the largest suffix: long double has 64 bits of mantissa, so whole and fraction are worked out
  // apart; each is exact for every amount that a machine has.
  if (point < 0) point = static_cast<int>(digits.size());
  const auto scale = static_cast<long double>(suffix->base == 2 ? std::pow(2.0L, suffix->exponent)
                                                                : std::pow(10.0L, std::max(suffix->exponent, 0)));
  const long double divisor = suffix->exponent < 0 ? std::pow(10.0L, -suffix->exponent) : 1.0L;
  long double whole = 0;
  for (int i = 0; i < point; ++i) whole = whole * 10 + (digits[static_cast<std::size_t>(i)] - '0');
  long double fraction = 0;
  for (auto i = static_cast<int>(digits.size()) - 1; i >= point; --i) {
    fraction = (fraction + (digits[static_cast<std::size_t>(i)] - '0')) / 10;
  }
  const long double scaled_whole = whole * scale / divisor;
  const long double scaled_fraction = fraction * scale / divisor;
  const long double floor_whole = std::floor(scaled_whole);
  const long double rest = (scaled_whole - floor_whole) + scaled_fraction;
  const long double units = floor_whole + std::floor(rest);
  if (units >= static_cast<long double>(kMax)) return Quantity(negative ? -kMax : kMax, 0);
  auto result_whole = static_cast<std::int64_t>(units);
  // A nano-unit is the smallest amount: more precise ones are rounded up. The small subtraction absorbs binary noise.
  auto result_nanos =
      static_cast<std::int64_t>(std::ceil((rest - std::floor(rest)) * static_cast<long double>(kNano) - 1e-6L));
  if (result_nanos == kNano) {
    ++result_whole;
    result_nanos = 0;
  }
  if (!negative) return Quantity(result_whole, result_nanos);
  if (result_nanos == 0) return Quantity(-result_whole, 0);
  return Quantity(-result_whole - 1, kNano - result_nanos);
}

Quantity Quantity::Of(const Json& value) {
  if (value.is_string()) return Parse(value.get_ref<const std::string&>()).value_or(Quantity{});
  if (value.is_number()) return Parse(value.dump()).value_or(Quantity{});
  return {};
}

Quantity Quantity::operator+(const Quantity& other) const {
  const std::int64_t nanos = nanos_ + other.nanos_;
  const std::int64_t carry = nanos / kNano;
  if (whole_ > 0 && other.whole_ > kMax - whole_ - carry) return {kMax, 0};
  return {whole_ + other.whole_ + carry, nanos % kNano};
}

std::int64_t Quantity::WholeRoundedUp() const {
  return nanos_ == 0 ? whole_ : whole_ + 1;
}

std::int64_t Quantity::Milli() const {
  if (whole_ > kMax / 1000 - 1) return kMax;
  constexpr std::int64_t kNanosPerMilli = 1'000'000;
  return whole_ * 1000 + (nanos_ + kNanosPerMilli - 1) / kNanosPerMilli;
}

}  // namespace mock_kubeapi
