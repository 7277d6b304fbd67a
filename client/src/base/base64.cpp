#include "base/base64.h"

#include <array>
#include <cstdint>

namespace client {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = (bits << 8U) | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= group.size() ? kAlphabet[(bits >> (18U - 6U * j)) & 0x3fU] : '=';
    }
  }
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::uint8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit || padding > 0) return std::nullopt;
    bits = (bits << 6U) | digit;
    if (++digits % 4 == 0) {
      bytes += static_cast<char>((bits >> 16U) & 0xffU);
      bytes += static_cast<char>((bits >> 8U) & 0xffU);
      bytes += static_cast<char>(bits & 0xffU);
      bits = 0;
    }
  }
  switch (digits % 4) {
    case 0:
      if (padding != 0) return std::nullopt;
      break;
    case 2:
      if (padding != 2) return std::nullopt;
      bytes += static_cast<char>((bits >> 4U) & 0xffU);
      break;
    case 3:
      if (padding != 1) return std::nullopt;
      bytes += static_cast<char>((bits >> 10U) & 0xffU);
      bytes += static_cast<char>((bits >> 2U) & 0xffU);
      break;
    default:
      return std::nullopt;
  }
  return bytes;
}

}  // namespace client
