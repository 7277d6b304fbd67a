#include "mock_kubeapi/authn/jwt.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <utility>
#include <vector>

#include "mock_kubeapi/base64.h"

namespace mock_kubeapi {
namespace {

constexpr std::size_t kP256Bytes = 32;
constexpr std::size_t kTokenBytesMax = 64U << 10U;
constexpr int kRsaBitsMin = 2048;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

/// JWS wants r and s side by side (RFC 7518 section 3.4), OpenSSL makes a DER sequence of them.
std::optional<std::string> RawFromDer(std::string_view der) {
  const unsigned char* at = Bytes(der);
  const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature) return std::nullopt;
  std::string raw(2 * kP256Bytes, '\0');
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), Bytes(raw), kP256Bytes) < 0) return std::nullopt;
  if (BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), Bytes(raw) + kP256Bytes, kP256Bytes) < 0) return std::nullopt;
  return raw;
}

std::optional<std::string> DerFromRaw(std::string_view raw) {
  if (raw.size() != 2 * kP256Bytes) return std::nullopt;
  const Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
  Owned<BIGNUM> r(BN_bin2bn(Bytes(raw), kP256Bytes, nullptr));
  Owned<BIGNUM> s(BN_bin2bn(Bytes(raw) + kP256Bytes, kP256Bytes, nullptr));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return std::nullopt;
  static_cast<void>(r.release());  // owned by the signature now
  static_cast<void>(s.release());
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (size <= 0) return std::nullopt;
  std::string der(static_cast<std::size_t>(size), '\0');
  unsigned char* at = Bytes(der);
  i2d_ECDSA_SIG(signature.get(), &at);
  return der;
}

std::string NumberParameter(EVP_PKEY* key, const char* name, std::size_t pad_to) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return {};
  const Owned<BIGNUM> owned(number);
  std::string bytes(std::max(pad_to, static_cast<std::size_t>(BN_num_bytes(number))), '\0');
  BN_bn2binpad(number, Bytes(bytes), static_cast<int>(bytes.size()));
  return bytes;
}

std::string KeyId(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(der, static_cast<std::size_t>(size), digest.data());
  OPENSSL_free(der);
  return EncodeBase64Url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::optional<Json> DecodeObject(std::string_view part) {
  const auto text = DecodeBase64Url(part);
  if (!text) return std::nullopt;
  Json value = Json::parse(*text, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

}  // namespace

struct SigningKey::Keys {
  Owned<EVP_PKEY> key;
  bool elliptic = true;
};

std::optional<ParsedJwt> ParseJwt(std::string_view token) {
  if (token.size() > kTokenBytesMax) return std::nullopt;
  const std::size_t first_dot = token.find('.');
  if (first_dot == std::string_view::npos) return std::nullopt;
  const std::size_t second_dot = token.find('.', first_dot + 1);
  if (second_dot == std::string_view::npos) return std::nullopt;
  auto header = DecodeObject(token.substr(0, first_dot));
  auto claims = DecodeObject(token.substr(first_dot + 1, second_dot - first_dot - 1));
  auto signature = DecodeBase64Url(token.substr(second_dot + 1));  // refuses a third dot
  if (!header || !claims || !signature) return std::nullopt;
  return ParsedJwt{.header = std::move(*header),
                   .claims = std::move(*claims),
                   .signing_input = token.substr(0, second_dot),
                   .signature = std::move(*signature)};
}

SigningKey::SigningKey(std::unique_ptr<Keys> keys) : keys_(std::move(keys)), key_id_(KeyId(keys_->key.get())) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

std::expected<SigningKey, std::string> SigningKey::Generate() {
  auto keys = std::make_unique<Keys>();
  keys->key.reset(EVP_EC_gen("P-256"));
  if (!keys->key) return std::unexpected("cannot make an EC P-256 key");
  return SigningKey(std::move(keys));
}

std::expected<SigningKey, std::string> SigningKey::FromPem(const std::string& pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto keys = std::make_unique<Keys>();
  // The callback keeps OpenSSL from asking for a pass phrase at the terminal.
  const auto no_pass_phrase = [](char*, int, int, void*) { return 0; };
  keys->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!keys->key) return std::unexpected("the signing key is no unencrypted PEM private key");
  const int type = EVP_PKEY_get_base_id(keys->key.get());
  keys->elliptic = type == EVP_PKEY_EC;
  std::array<char, 32> curve{};
  const bool is_p256 = keys->elliptic &&
                       EVP_PKEY_get_utf8_string_param(keys->key.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.data(),
                                                      curve.size(), nullptr) == 1 &&
                       std::string_view(curve.data()) == SN_X9_62_prime256v1;
  const bool is_rsa = type == EVP_PKEY_RSA && EVP_PKEY_get_bits(keys->key.get()) >= kRsaBitsMin;
  if (!is_p256 && !is_rsa) return std::unexpected("the signing key is neither EC P-256 nor RSA of 2048 bits or more");
  return SigningKey(std::move(keys));
}

std::string_view SigningKey::algorithm() const {
  return keys_->elliptic ? "ES256" : "RS256";
}

std::string SigningKey::Encode(const Json& claims) const {
  const Json header = {{"alg", algorithm()}, {"kid", key_id_}};
  std::string token = EncodeBase64Url(header.dump()) + "." + EncodeBase64Url(claims.dump());
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t size = 0;
  std::string signature;
  const bool sized = context &&
                     EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, keys_->key.get()) == 1 &&
                     EVP_DigestSign(context.get(), nullptr, &size, Bytes(token), token.size()) == 1;
  signature.resize(size);
  if (!sized || EVP_DigestSign(context.get(), Bytes(signature), &size, Bytes(token), token.size()) != 1) return {};
  signature.resize(size);
  if (keys_->elliptic) signature = RawFromDer(signature).value_or(std::string());
  return token + "." + EncodeBase64Url(signature);
}

bool SigningKey::Verifies(const ParsedJwt& jwt) const {
  const auto named = jwt.header.find("alg");
  if (named == jwt.header.end() || !named->is_string() || named->get_ref<const std::string&>() != algorithm()) {
    return false;
  }
  std::string signature = jwt.signature;
  if (keys_->elliptic) {
    auto der = DerFromRaw(signature);
    if (!der) return false;
    signature = std::move(*der);
  }
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, keys_->key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(jwt.signing_input),
                          jwt.signing_input.size()) == 1;
}

std::string SigningKey::PrivatePem() const {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(bio.get(), keys_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Json SigningKey::PublicJwk() const {
  EVP_PKEY* key = keys_->key.get();
  Json jwk = {{"use", "sig"}, {"kid", key_id_}, {"alg", algorithm()}};
  if (keys_->elliptic) {
    jwk["kty"] = "EC";
    jwk["crv"] = "P-256";
    jwk["x"] = EncodeBase64Url(NumberParameter(key, OSSL_PKEY_PARAM_EC_PUB_X, kP256Bytes));
    jwk["y"] = EncodeBase64Url(NumberParameter(key, OSSL_PKEY_PARAM_EC_PUB_Y, kP256Bytes));
  } else {
    jwk["kty"] = "RSA";
    jwk["n"] = EncodeBase64Url(NumberParameter(key, OSSL_PKEY_PARAM_RSA_N, 0));
    jwk["e"] = EncodeBase64Url(NumberParameter(key, OSSL_PKEY_PARAM_RSA_E, 0));
  }
  return jwk;
}

}  // namespace mock_kubeapi
