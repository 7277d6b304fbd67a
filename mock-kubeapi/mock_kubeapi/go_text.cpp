#include "mock_kubeapi/go_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace mock_kubeapi {
namespace {

constexpr std::uint32_t kReplacementCharacter = 0xFFFD;

struct Rune {
  std::uint32_t value = 0;
  std::size_t length = 0;  ///< 0: not valid UTF-8
};

Rune DecodeRune(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at])); };
  const std::uint32_t first = byte(0);
  std::size_t length = 0;
  std::uint32_t value = 0;
  std::uint32_t smallest = 0;
  if (first < 0x80) return {first, 1};
  if ((first & 0xE0U) == 0xC0U) {
    length = 2, value = first & 0x1FU, smallest = 0x80;
  } else if ((first & 0xF0U) == 0xE0U) {
    length = 3, value = first & 0x0FU, smallest = 0x800;
  } else if ((first & 0xF8U) == 0xF0U) {
    length = 4, value = first & 0x07U, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() < length) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return value < smallest || value > 0x10FFFF || surrogate ? Rune{} : Rune{value, length};
}

/// The ranges that matter of what unicode.IsPrint refuses above ASCII: controls, separators, format characters.
bool IsPrintable(std::uint32_t rune) {
  if (rune < 0x7F) return rune >= 0x20;
  if (rune <= 0xA0 || rune == 0xAD) return false;
  if (rune >= 0x2000 && rune <= 0x200F) return false;
  if (rune >= 0x2028 && rune <= 0x202F) return false;
  if (rune >= 0x205F && rune <= 0x206F) return false;
  if (rune >= 0xE000 && rune <= 0xF8FF) return false;
  return rune != 0x3000 && rune != 0xFEFF && rune != 0xFFFD + 1 && rune != 0xFFFF && rune < 0xE0000;
}

}  // namespace

std::string GoQuote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (rune.length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    switch (rune.value) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\v':
        out += "\\v";
        break;
      default:
        if (IsPrintable(rune.value)) {
          out += text.substr(0, rune.length);
        } else if (rune.value < 0x80) {
          out += fmt::format("\\x{:02x}", rune.value);
        } else if (rune.value < 0x10000) {
          out += fmt::format("\\u{:04x}", rune.value);
        } else {
          out += fmt::format("\\U{:08x}", rune.value);
        }
    }
    text.remove_prefix(rune.length);
  }
  return out + "\"";
}

std::string PrintablePrefix(std::string_view text, std::size_t bytes_max) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    const std::string_view printed = rune.length == 0 ? "\uFFFD" : text.substr(0, rune.length);
    text.remove_prefix(rune.length == 0 ? 1 : rune.length);
    if (rune.length != 0 && !IsPrintable(rune.value)) {
      continue;
    }
    if (out.size() + printed.size() > bytes_max) {
      break;
    }
    out += printed;
  }
  return out;
}

std::vector<GoRune> GoRunes(std::string_view text) {
  std::vector<GoRune> runes;
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = DecodeRune(text.substr(at));
    const bool valid = rune.length != 0;
    runes.push_back({.value = valid ? rune.value : kReplacementCharacter,
                     .position = at,
                     .length = valid ? rune.length : 1,
                     .valid = valid,
                     .printable = !valid || IsPrintable(rune.value)});
    at += runes.back().length;
  }
  return runes;
}

std::string GoRune::Code() const {
  return fmt::format("U+{:04X}", value);
}

std::string GoQuoteList(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) out += (out.size() > 1 ? " " : "") + GoQuote(value);
  return out + "]";
}

std::string GoStrings(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + GoQuote(value);
  return "[]string{" + out + "}";
}

namespace {

template <class Number>
std::expected<Number, std::string> ParseNumber(std::string_view text, std::string_view function, bool plus_allowed) {
  std::string_view digits = text;
  if (plus_allowed && digits.starts_with('+')) digits.remove_prefix(1);
  const bool signed_twice = digits.size() < text.size() && digits.starts_with('-');
  Number value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = end == digits.data() + digits.size() && !digits.empty() && !signed_twice;
  if (whole && error == std::errc()) return value;
  const bool out_of_range = whole && error == std::errc::result_out_of_range;
  return std::unexpected(fmt::format("strconv.{}: parsing {}: {}", function, GoQuote(text),
                                     out_of_range ? "value out of range" : "invalid syntax"));
}

}  // namespace

std::expected<std::int64_t, std::string> GoParseInt(std::string_view text) {
  return ParseNumber<std::int64_t>(text, "ParseInt", true);
}

std::expected<std::uint64_t, std::string> GoParseUint(std::string_view text) {
  return ParseNumber<std::uint64_t>(text, "ParseUint", false);
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace mock_kubeapi
