// JSON Web Tokens in compact form, signed with ES256 or RS256. Source: RFC 7515, RFC 7517, RFC 7518, RFC 7519.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// A token taken apart; nothing is verified yet.
struct ParsedJwt {
  Json header;                     ///< an object
  Json claims;                     ///< an object
  std::string_view signing_input;  ///< into the token
  std::string signature;
};

/// nullopt for what is no JWT: three base64url parts, the first two JSON objects.
std::optional<ParsedJwt> ParseJwt(std::string_view token);

/// A private key that signs tokens: EC P-256 (ES256) or RSA (RS256). Thread-compatible.
class SigningKey {
 public:
  /// A fresh EC P-256 key. Fails only when OpenSSL does.
  static std::expected<SigningKey, std::string> Generate();
  /// Of a PEM private key; the error says what is wrong with it without its text.
  static std::expected<SigningKey, std::string> FromPem(const std::string& pem);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  /// "ES256" or "RS256".
  std::string_view algorithm() const;
  /// base64url of the SHA-256 of the public key (DER SubjectPublicKeyInfo), as kube-apiserver names its keys.
  const std::string& key_id() const { return key_id_; }
  /// `claims` in compact form.
  std::string Encode(const Json& claims) const;
  /// Whether `jwt` is signed by this key with its algorithm.
  bool Verifies(const ParsedJwt& jwt) const;
  /// The private key as PEM, for another process or issuer that signs alike. A secret.
  std::string PrivatePem() const;
  /// The public key as a JWK.
  Json PublicJwk() const;

 private:
  struct Keys;
  explicit SigningKey(std::unique_ptr<Keys> keys);

  std::unique_ptr<Keys> keys_;
  std::string key_id_;
};

}  // namespace mock_kubeapi
