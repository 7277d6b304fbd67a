#include "mock_kubeapi/decode/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "mock_kubeapi/decode/ascii.h"

namespace mock_kubeapi::decode {
namespace {

constexpr std::string_view kFormatWrong =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
constexpr std::string_view kNumericWrong = "unable to parse numeric part of quantity";
constexpr std::string_view kSuffixWrong = "unable to parse quantity's suffix";

enum class Notation { kDecimal, kBinary, kExponent };

struct DecimalSuffix {
  std::string_view text;
  int exponent;
};

constexpr std::array kDecimalSuffixes = {
    DecimalSuffix{.text = "n", .exponent = -9}, DecimalSuffix{.text = "u", .exponent = -6},
    DecimalSuffix{.text = "m", .exponent = -3}, DecimalSuffix{.text = "", .exponent = 0},
    DecimalSuffix{.text = "k", .exponent = 3},  DecimalSuffix{.text = "M", .exponent = 6},
    DecimalSuffix{.text = "G", .exponent = 9},  DecimalSuffix{.text = "T", .exponent = 12},
    DecimalSuffix{.text = "P", .exponent = 15}, DecimalSuffix{.text = "E", .exponent = 18}};

/// By exponent of 1024.
constexpr std::array<std::string_view, 7> kBinarySuffixes = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

__extension__ using Wide = unsigned __int128;

/// More digits than this don't fit the arithmetic here. Go takes them.
constexpr std::size_t kDigitsMax = 34;
/// Numbers of up to this many digits take Go's fast path.
constexpr std::size_t kFastDigits = 18;
constexpr Wide kValueMax = INT64_MAX;
constexpr Wide kShiftableMax = ~static_cast<Wide>(0) / 1024;

struct Parts {
  bool negative = false;
  std::string_view digits;    ///< before the point, without leading zeros
  std::string_view fraction;  ///< after the point
  std::string_view suffix;
};

std::optional<Parts> Split(std::string_view text) {
  Parts parts;
  std::size_t at = 0;
  const auto skip = [&](auto matches) {
    const std::size_t start = at;
    while (at < text.size() && matches(text[at])) {
      ++at;
    }
    return text.substr(start, at - start);
  };
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    parts.negative = text[0] == '-';
    at = 1;
  }
  skip([](char c) { return c == '0'; });
  parts.digits = skip(IsDigit);
  if (at < text.size() && text[at] == '.') {
    ++at;
    parts.fraction = skip(IsDigit);
  }
  const std::size_t suffix_start = at;
  skip([](char c) { return std::string_view("eEinumkKMGTP").find(c) != std::string_view::npos; });
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    ++at;
  }
  skip(IsDigit);
  if (at < text.size()) {
    return std::nullopt;
  }
  parts.suffix = text.substr(suffix_start);
  return parts;
}

struct Scale {
  Notation format = Notation::kDecimal;
  int exponent = 0;  ///< of 10, or of 1024
};

std::optional<Scale> ReadSuffix(std::string_view suffix) {
  for (const DecimalSuffix& known : kDecimalSuffixes) {
    if (suffix == known.text) {
      return Scale{.format = Notation::kDecimal, .exponent = known.exponent};
    }
  }
  for (std::size_t i = 1; i < kBinarySuffixes.size(); ++i) {
    if (suffix == kBinarySuffixes[i]) {
      return Scale{.format = Notation::kBinary, .exponent = static_cast<int>(i)};
    }
  }
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) {
    return std::nullopt;
  }
  std::string_view number = suffix.substr(1);
  if (number[0] == '+') {
    number.remove_prefix(1);
  }
  std::int16_t exponent = 0;  // Larger ones cannot be worked out by Go either: it never comes back.
  const auto [rest, error] = std::from_chars(number.data(), number.data() + number.size(), exponent);
  if (error != std::errc() || rest != number.data() + number.size()) {
    return std::nullopt;
  }
  return Scale{.format = Notation::kExponent, .exponent = exponent};
}

/// mantissa · 10^exponent, the mantissa without factors of ten.
struct Decimal {
  Wide mantissa = 0;
  int exponent = 0;

  void Reduce() {
    while (mantissa != 0 && mantissa % 10 == 0) {
      mantissa /= 10;
      ++exponent;
    }
  }
};

/// Rounds up to whole nanos: a resource that was asked for is not rounded to nothing.
void RoundToNano(Decimal* value) {
  bool inexact = false;
  for (; value->exponent < -9 && value->mantissa != 0; ++value->exponent) {
    inexact = inexact || value->mantissa % 10 != 0;
    value->mantissa /= 10;
  }
  value->exponent = std::max(value->exponent, -9);
  value->mantissa += inexact ? 1 : 0;
  value->Reduce();
}

/// The value as a whole number; nullopt when it has a fraction.
std::optional<Wide> Whole(const Decimal& value) {
  if (value.exponent < 0) {
    return std::nullopt;
  }
  Wide whole = value.mantissa;
  for (int i = 0; i < value.exponent; ++i) {
    whole *= 10;
  }
  return whole;
}

/// Whether Go keeps the text as it was written, because it is canonical already (or looks so to it).
bool IsKept(const Parts& parts, const Scale& scale) {
  const std::string_view digits = parts.digits.empty() ? "0" : parts.digits;
  if (scale.format == Notation::kBinary) {
    if (!parts.fraction.empty() || digits.size() + static_cast<std::size_t>(scale.exponent) * 3 > 14) {
      return false;
    }
    const std::string_view last = digits.substr(digits.size() - std::min<std::size_t>(3, digits.size()));
    return std::stoi(std::string(last)) % 8 != 0;
  }
  const int exponent = scale.exponent - static_cast<int>(parts.fraction.size());
  const std::string shifted = std::string(digits) + std::string(parts.fraction);
  return shifted.size() <= kFastDigits && exponent >= -9 && exponent % 3 == 0 && !shifted.ends_with("000") &&
         shifted.front() != '0';
}

std::string Digits(Wide value) {
  return fmt::format("{}", value);
}

std::string ShowBinary(Wide whole) {
  std::size_t power = 0;
  while (whole % 1024 == 0 && power + 1 < kBinarySuffixes.size()) {
    whole /= 1024;
    ++power;
  }
  return Digits(whole) + std::string(kBinarySuffixes[power]);
}

std::string ShowDecimal(Decimal value, Notation format) {
  // The exponent becomes a multiple of three, downwards: 10^4 is 10k.
  while (((value.exponent % 3) + 3) % 3 != 0) {
    value.mantissa *= 10;
    --value.exponent;
  }
  if (format == Notation::kExponent) {
    return value.exponent == 0 ? Digits(value.mantissa) : fmt::format("{}e{}", Digits(value.mantissa), value.exponent);
  }
  for (const DecimalSuffix& suffix : kDecimalSuffixes) {
    if (suffix.exponent == value.exponent) {
      return Digits(value.mantissa) + std::string(suffix.text);
    }
  }
  // Go, too, has no suffix beyond E, and leaves it out.
  return Digits(value.mantissa);
}

/// value · 1024^power: with a binary suffix when it is whole and large enough, capped at the largest int64.
std::string ShowBinaryScaled(Decimal value, int power) {
  for (int i = 0; i < power; ++i) {
    if (value.mantissa > kShiftableMax) {
      break;  // Far above the cap, even if there was a fraction.
    }
    value.mantissa *= 1024;
    value.Reduce();
  }
  RoundToNano(&value);
  if (value.exponent > 18 || (value.exponent >= 0 && *Whole(value) > kValueMax)) {
    return Digits(kValueMax);
  }
  const std::optional<Wide> whole = Whole(value);
  return whole && *whole >= 1024 ? ShowBinary(*whole) : ShowDecimal(value, Notation::kDecimal);
}

}  // namespace

std::expected<std::string, std::string> CanonicalQuantity(std::string_view text) {
  const std::optional<Parts> parts = Split(text);
  if (text.empty() || !parts) {
    return std::unexpected(std::string(kFormatWrong));
  }
  const std::optional<Scale> scale = ReadSuffix(parts->suffix);
  if (!scale) {
    return std::unexpected(std::string(kSuffixWrong));
  }
  if (IsKept(*parts, *scale)) {
    return std::string(text);
  }
  if (parts->digits.size() + parts->fraction.size() > kDigitsMax) {
    return std::unexpected(std::string(kNumericWrong));
  }
  Decimal value{.mantissa = 0, .exponent = -static_cast<int>(parts->fraction.size())};
  for (const std::string_view digits : {parts->digits, parts->fraction}) {
    for (const char digit : digits) {
      value.mantissa = value.mantissa * 10 + static_cast<unsigned>(digit - '0');
    }
  }
  value.Reduce();
  if (value.mantissa == 0) {
    return "0";
  }
  std::string shown;
  if (scale->format == Notation::kBinary) {
    shown = ShowBinaryScaled(value, scale->exponent);
  } else {
    value.exponent += scale->exponent;
    RoundToNano(&value);
    shown = ShowDecimal(value, scale->format);
  }
  return parts->negative ? "-" + shown : shown;
}

}  // namespace mock_kubeapi::decode
