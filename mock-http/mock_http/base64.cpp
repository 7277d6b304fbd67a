#include "mock_http/base64.h"

#include <cstdint>

namespace mock_http {

std::string Base64(std::string_view data) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < data.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < data.size() ? static_cast<unsigned char>(data[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k)
      out.push_back(i + k > data.size() ? '=' : kAlphabet[group >> (18 - 6 * k) & 63U]);
  }
  return out;
}

}  // namespace mock_http
