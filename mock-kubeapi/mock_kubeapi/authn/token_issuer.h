// ServiceAccount tokens: signed JWTs as the API server's TokenRequest and the token controller issue them.
// A token is good while its signature, times, issuer and audience are and the objects it names still exist.
// Source: pkg/serviceaccount (claims.go, legacy.go, jwt.go), RFC 7519, RFC 7517.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_http/clock.h"
#include "mock_kubeapi/authn/user_info.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

class StoreReader;

/// An object by name and uid, as tokens name what they are bound to.
struct ObjectIdentity {
  std::string name;
  std::string uid;
};

struct TokenIssuerOptions {
  /// The iss claim, also the prefix of the OIDC documents.
  std::string issuer = "https://kubernetes.default.svc.cluster.local";
  /// Private key, PEM (EC P-256 or RSA); empty: a fresh EC P-256 key.
  std::string private_key_pem;
  /// What the API server calls itself in tokens; empty: the issuer.
  std::vector<std::string> api_audiences;
};

/// What a bound token says.
struct TokenRequestClaims {
  ServiceAccountName account;
  std::string account_uid;
  std::vector<std::string> audiences;
  std::chrono::seconds lifetime{3600};
  /// When to warn before `lifetime` is over; absent for tokens without that claim.
  std::optional<std::chrono::seconds> warn_after;
  std::optional<ObjectIdentity> pod;
  std::optional<ObjectIdentity> secret;
};

/// What a legacy token, kept in a Secret of type kubernetes.io/service-account-token, says.
struct LegacyTokenClaims {
  ServiceAccountName account;
  std::string account_uid;
  std::string secret_name;
};

/// Whose token it is and for whom.
struct VerifiedToken {
  UserInfo user;                       ///< without system:authenticated
  std::vector<std::string> audiences;  ///< those asked for that the token is meant for
};

/// Signs and checks tokens. Thread-compatible: the owner serialises calls.
class TokenIssuer {
 public:
  /// Fails when the key can't be read or made. `clock` and `store` must outlive the issuer.
  static std::expected<std::unique_ptr<TokenIssuer>, std::string> Create(const TokenIssuerOptions& options,
                                                                         const mock_http::Clock& clock,
                                                                         const StoreReader& store);
  ~TokenIssuer();
  TokenIssuer(const TokenIssuer&) = delete;
  TokenIssuer& operator=(const TokenIssuer&) = delete;

  std::string Issue(const TokenRequestClaims& claims) const;
  std::string IssueLegacy(const LegacyTokenClaims& claims) const;

  /// Checks `token` for any of `audiences`. nullopt: it is none of this issuer's at all. The error says why a token of
  /// this issuer is not good (signature, audience, times, account or bound object gone), without the token. Signatures
  /// once checked are remembered, so that a repeated token costs a look into the store.
  std::expected<std::optional<VerifiedToken>, std::string> Verify(std::string_view token,
                                                                  const std::vector<std::string>& audiences) const;

  const std::string& issuer() const;
  const std::vector<std::string>& api_audiences() const;
  /// The document at /.well-known/openid-configuration.
  Json OpenIdConfiguration() const;
  /// The document at /openid/v1/jwks.
  Json JsonWebKeySet() const;

 private:
  class Impl;
  explicit TokenIssuer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mock_kubeapi
