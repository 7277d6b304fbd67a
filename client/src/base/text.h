// Small questions about ASCII text, answered without the locale.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace client {

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool IsLowerLetter(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool IsUpperLetter(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool IsLetter(char c) {
  return IsLowerLetter(c) || IsUpperLetter(c);
}
constexpr bool IsSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr char ToLower(char c) {
  return IsUpperLetter(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return ToLower(c); });
  return lower;
}

constexpr bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return ToLower(x) == ToLower(y); });
}

constexpr std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

/// Whether `text` is well-formed UTF-8: no stray or missing bytes, nothing written longer than it need be, no
/// surrogates, nothing beyond U+10FFFF.
constexpr bool IsUtf8(std::string_view text) {
  const auto byte = [&text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;  // 0 continues nothing
  };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    std::size_t length = 1;
    unsigned second_min = 0x80;
    unsigned second_max = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
      length = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
      length = 3;
      if (first == 0xe0) second_min = 0xa0;
      if (first == 0xed) second_max = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
      length = 4;
      if (first == 0xf0) second_min = 0x90;
      if (first == 0xf4) second_max = 0x8f;
    } else if (first >= 0x80) {
      return false;
    }
    for (std::size_t k = 1; k < length; ++k) {
      const unsigned next = byte(i + k);
      if (next < (k == 1 ? second_min : 0x80U) || next > (k == 1 ? second_max : 0xbfU)) return false;
    }
    i += length;
  }
  return true;
}

/// `text` for a message: control characters and bytes outside ASCII become `?`, and what is longer than
/// `length_max` ends in "...". For values that somebody else chose.
inline std::string Printable(std::string_view text, std::size_t length_max = 200) {
  std::string printable(text.substr(0, length_max));
  std::ranges::replace_if(printable, [](char c) { return c < ' ' || c > '~'; }, '?');
  if (text.size() > length_max) printable += "...";
  return printable;
}

}  // namespace client
