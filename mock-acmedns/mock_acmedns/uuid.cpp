#include "mock_acmedns/uuid.h"

#include "mock_acmedns/hex_digit.h"
#include "mock_http/http_message.h"

namespace mock_acmedns {
namespace {

constexpr std::string_view kUrnPrefix = "urn:uuid:";
/// Where the hexadecimal pairs stand in the form with hyphens.
constexpr std::array<std::size_t, 16> kPairs = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

bool ReadPair(std::string_view text, std::size_t at, std::uint8_t& out) {
  const int high = HexValue(text[at]);
  const int low = HexValue(text[at + 1]);
  out = static_cast<std::uint8_t>(high * 16 + low);
  return high >= 0 && low >= 0;
}

}  // namespace

std::string Uuid::Text() const {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(36, '-');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[kPairs.at(i)] = kDigits[bytes.at(i) >> 4U];
    text[kPairs.at(i) + 1] = kDigits[bytes.at(i) & 15U];
  }
  return text;
}

Uuid Uuid::Random(mock_http::Random& random) {
  Uuid uuid;
  for (std::size_t i = 0; i < 16; i += 8) {
    const std::uint64_t bits = random.Next();
    for (std::size_t k = 0; k < 8; ++k) uuid.bytes.at(i + k) = static_cast<std::uint8_t>(bits >> (56 - 8 * k) & 0xffU);
  }
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0fU) | 0x40U);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3fU) | 0x80U);
  return uuid;
}

std::optional<Uuid> Uuid::Parse(std::string_view text) {
  Uuid uuid;
  if (text.size() == 32) {
    for (std::size_t i = 0; i < 16; ++i) {
      if (!ReadPair(text, 2 * i, uuid.bytes.at(i))) return std::nullopt;
    }
    return uuid;
  }
  if (text.size() == 36 + kUrnPrefix.size()) {
    if (!mock_http::EqualsIgnoringCase(text.substr(0, kUrnPrefix.size()), kUrnPrefix)) return std::nullopt;
    text.remove_prefix(kUrnPrefix.size());
  } else if (text.size() == 38) {
    text = text.substr(1, 36);
  }
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  for (std::size_t i = 0; i < 16; ++i) {
    if (!ReadPair(text, kPairs.at(i), uuid.bytes.at(i))) return std::nullopt;
  }
  return uuid;
}

std::optional<Uuid> Uuid::ParseCanonical(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  for (const char c : text) {
    if (c >= 'A' && c <= 'F') return std::nullopt;
  }
  return Parse(text);
}

}  // namespace mock_acmedns
