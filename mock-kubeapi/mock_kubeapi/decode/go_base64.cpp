#include "mock_kubeapi/decode/go_base64.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace mock_kubeapi::decode {
namespace {

constexpr std::array<signed char, 256> kBase64Digits = [] {
  std::array<signed char, 256> digits{};
  digits.fill(-1);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<signed char>(i);
  }
  return digits;
}();

}  // namespace

std::expected<std::string, std::string> GoDecodeBase64(std::string_view text) {
  const auto corrupt = [](std::size_t at) {
    return std::unexpected(fmt::format("illegal base64 data at input byte {}", at));
  };
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::size_t at = 0;
  const auto skip_newlines = [&] {
    while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
  };
  while (true) {
    std::uint32_t quantum = 0;
    int digits = 0;
    bool padded = false;
    while (digits < 4) {
      skip_newlines();
      if (at == text.size()) {
        if (digits == 0) return out;
        return corrupt(at - static_cast<std::size_t>(digits));
      }
      const char c = text[at++];
      if (const std::int8_t value = kBase64Digits[static_cast<unsigned char>(c)]; value >= 0) {
        quantum = (quantum << 6) | static_cast<std::uint32_t>(value);
        ++digits;
        continue;
      }
      if (c != '=' || digits < 2) return corrupt(at - 1);
      if (digits == 2) {
        skip_newlines();
        if (at == text.size()) return corrupt(text.size());
        if (text[at] != '=') return corrupt(at - 1);
        ++at;
      }
      skip_newlines();
      if (at < text.size()) return corrupt(at);
      padded = true;
      break;
    }
    quantum <<= 6 * (4 - digits);
    for (int i = 0; i + 1 < digits; ++i) {
      out.push_back(static_cast<char>((quantum >> (16 - 8 * i)) & 0xFF));
    }
    if (padded) return out;
  }
}

}  // namespace mock_kubeapi::decode
