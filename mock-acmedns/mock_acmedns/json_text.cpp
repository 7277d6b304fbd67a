#include "mock_acmedns/json_text.h"

#include <cstdint>
#include <vector>

#include "mock_acmedns/hex_digit.h"

namespace mock_acmedns {
namespace {

constexpr std::size_t kDepthMax = 10'000;
constexpr std::uint32_t kReplacement = 0xfffd;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// The four digits of a \u escape at `at`; -1 when they aren't there.
std::int32_t Hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  std::int32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = HexValue(text[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

std::optional<std::size_t> EndOfString(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') return at + 1;
    if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    if (c != '\\') continue;
    if (++at >= text.size()) return std::nullopt;
    if (text[at] == 'u') {
      if (Hex4(text, at + 1) < 0) return std::nullopt;
      at += 4;
    } else if (std::string_view("bfnrt\\/\"").find(text[at]) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> EndOfDigits(std::string_view text, std::size_t at) {
  if (at >= text.size() || !IsDigit(text[at])) return std::nullopt;
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

std::optional<std::size_t> EndOfNumber(std::string_view text, std::size_t at) {
  if (text[at] == '-') ++at;
  std::optional<std::size_t> end;
  if (at < text.size() && text[at] == '0') {
    end = at + 1;
  } else {
    end = EndOfDigits(text, at);
  }
  if (end && *end < text.size() && text[*end] == '.') end = EndOfDigits(text, *end + 1);
  if (end && *end < text.size() && (text[*end] == 'e' || text[*end] == 'E')) {
    std::size_t digits = *end + 1;
    if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
    end = EndOfDigits(text, digits);
  }
  return end;
}

/// A value that holds no others.
std::optional<std::size_t> EndOfScalar(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '"':
      return EndOfString(text, at);
    case 't':
    case 'f':
    case 'n':
      for (const std::string_view word : {"true", "false", "null"}) {
        if (text.substr(at).starts_with(word)) return at + word.size();
      }
      return std::nullopt;
    default:
      return text[at] == '-' || IsDigit(text[at]) ? EndOfNumber(text, at) : std::nullopt;
  }
}

/// Behind a member's key and colon.
std::optional<std::size_t> EndOfKey(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '"') return std::nullopt;
  const auto end = EndOfString(text, at);
  if (!end) return std::nullopt;
  at = SkipSpace(text, *end);
  if (at >= text.size() || text[at] != ':') return std::nullopt;
  return SkipSpace(text, at + 1);
}

void AppendUtf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xc0U | point >> 6U));
    out.push_back(static_cast<char>(0x80U | (point & 0x3fU)));
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xe0U | point >> 12U));
    out.push_back(static_cast<char>(0x80U | (point >> 6U & 0x3fU)));
    out.push_back(static_cast<char>(0x80U | (point & 0x3fU)));
  } else {
    out.push_back(static_cast<char>(0xf0U | point >> 18U));
    out.push_back(static_cast<char>(0x80U | (point >> 12U & 0x3fU)));
    out.push_back(static_cast<char>(0x80U | (point >> 6U & 0x3fU)));
    out.push_back(static_cast<char>(0x80U | (point & 0x3fU)));
  }
}

/// The length of the well-formed UTF-8 sequence at `at` (RFC 3629); 0 when there is none.
std::size_t Utf8Length(std::string_view text, std::size_t at) {
  const auto octet = [text](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const auto is_tail = [&octet](std::size_t i) { return (octet(i) & 0xc0U) == 0x80U; };
  const unsigned first = octet(at);
  const unsigned second = octet(at + 1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return is_tail(at + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool ok = is_tail(at + 1) && (first != 0xe0 || second >= 0xa0) && (first != 0xed || second < 0xa0);
    return ok && is_tail(at + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool ok = is_tail(at + 1) && (first != 0xf0 || second >= 0x90) && (first != 0xf4 || second < 0x90);
    return ok && is_tail(at + 2) && is_tail(at + 3) ? 4 : 0;
  }
  return 0;
}

/// Undoes the escape whose backslash is at `at`; returns the position behind it.
std::size_t UnquoteEscape(std::string_view text, std::size_t at, std::string& out) {
  switch (text[at + 1]) {
    case 'b':
      out.push_back('\b');
      return at + 2;
    case 'f':
      out.push_back('\f');
      return at + 2;
    case 'n':
      out.push_back('\n');
      return at + 2;
    case 'r':
      out.push_back('\r');
      return at + 2;
    case 't':
      out.push_back('\t');
      return at + 2;
    case 'u':
      break;
    default:
      out.push_back(text[at + 1]);
      return at + 2;
  }
  auto point = static_cast<std::uint32_t>(Hex4(text, at + 2));
  at += 6;
  if (point >= 0xd800 && point < 0xe000) {
    const bool is_escape = at + 6 <= text.size() && text[at] == '\\' && text[at + 1] == 'u';
    const std::int32_t low = is_escape ? Hex4(text, at + 2) : -1;
    if (point < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
      point = 0x10000 + ((point - 0xd800) << 10U) + (static_cast<std::uint32_t>(low) - 0xdc00);
      at += 6;
    } else {
      point = kReplacement;
    }
  }
  AppendUtf8(out, point);
  return at;
}

}  // namespace

std::size_t SkipSpace(std::string_view text, std::size_t from) {
  const std::size_t at = text.find_first_not_of(" \t\r\n", from);
  return at == std::string_view::npos ? text.size() : at;
}

std::optional<std::size_t> EndOfValue(std::string_view text, std::size_t from) {
  std::vector<char> open;  // the closing brackets that are due
  std::size_t at = SkipSpace(text, from);
  for (;;) {
    // A value begins here.
    if (at >= text.size()) return std::nullopt;
    if (text[at] == '{' || text[at] == '[') {
      open.push_back(text[at] == '{' ? '}' : ']');
      if (open.size() > kDepthMax) return std::nullopt;
      at = SkipSpace(text, at + 1);
      if (at < text.size() && text[at] == open.back()) {
        open.pop_back();
        ++at;
      } else {
        if (open.back() == '}') {
          const auto value = EndOfKey(text, at);
          if (!value) return std::nullopt;
          at = *value;
        }
        continue;
      }
    } else {
      const auto end = EndOfScalar(text, at);
      if (!end) return std::nullopt;
      at = *end;
    }
    // A value has ended: close what ends with it, or go to the next one.
    while (!open.empty()) {
      at = SkipSpace(text, at);
      if (at >= text.size()) return std::nullopt;
      if (text[at] == ',') break;
      if (text[at] != open.back()) return std::nullopt;
      open.pop_back();
      ++at;
    }
    if (open.empty()) return at;
    at = SkipSpace(text, at + 1);
    if (open.back() == '}') {
      const auto value = EndOfKey(text, at);
      if (!value) return std::nullopt;
      at = *value;
    }
  }
}

std::string Unquote(std::string_view quoted) {
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      at = UnquoteEscape(text, at, out);
      continue;
    }
    const std::size_t length = Utf8Length(text, at);
    if (length == 0) {
      AppendUtf8(out, kReplacement);
      ++at;
    } else {
      out.append(text, at, length);
      at += length;
    }
  }
  return out;
}

}  // namespace mock_acmedns
