#include <openssl/evp.h>

#include "harness/kube_fixture.h"

namespace harness {

std::string Base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  return out;
}

std::optional<std::string> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  // EVP_DecodeBlock counts the padding as zero bytes.
  out.resize(static_cast<std::size_t>(length) - (text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0));
  return out;
}

std::optional<std::string> DecodedValue(const Json& secret, const std::string& key) {
  const auto data = secret.find("data");
  if (data == secret.end() || !data->contains(key)) return std::nullopt;
  return FromBase64(data->at(key).get<std::string>());
}

}  // namespace harness
