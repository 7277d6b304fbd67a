#include "mock_kubeapi/base64.h"

#include <array>
#include <cstdint>

namespace mock_kubeapi {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::int8_t kNoDigit = -1;

using DigitTable = std::array<std::int8_t, 256>;

constexpr DigitTable DigitsOf(std::string_view alphabet) {
  DigitTable table{};
  table.fill(kNoDigit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}
constexpr DigitTable kStandardDigits = DigitsOf(kStandard);
constexpr DigitTable kUrlDigits = DigitsOf(kUrl);

std::string Encode(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t block = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      block = (block << 8U) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k <= count; ++k) out += alphabet[(block >> (18U - 6U * k)) & 0x3FU];
    if (pad) out.append(3 - count, '=');
  }
  return out;
}

/// `text` without padding.
std::optional<std::string> Decode(std::string_view text, const DigitTable& digits, bool allow_stray_bits) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char c : text) {
    const std::int8_t digit = digits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      out += static_cast<char>((bits >> bit_count) & 0xFFU);
    }
  }
  const bool stray = (bits & ((1U << bit_count) - 1U)) != 0;
  if (stray && !allow_stray_bits) return std::nullopt;
  return out;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  return Encode(bytes, kStandard, true);
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string unbroken;
  if (text.find_first_of("\r\n") != std::string_view::npos) {
    for (const char c : text) {
      if (c != '\r' && c != '\n') unbroken += c;
    }
    text = unbroken;
  }
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return Decode(text, kStandardDigits, true);
}

std::string EncodeBase64Url(std::string_view bytes) {
  return Encode(bytes, kUrl, false);
}

std::optional<std::string> DecodeBase64Url(std::string_view text) {
  return Decode(text, kUrlDigits, false);
}

}  // namespace mock_kubeapi
