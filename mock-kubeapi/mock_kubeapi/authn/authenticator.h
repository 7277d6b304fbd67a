// Finds out who sent a request: client certificate, static token, ServiceAccount token or nobody in particular.
// Source: apiserver's authentication/request/{x509,bearertoken,anonymous,union} and its recorded answers.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_http/http_message.h"
#include "mock_kubeapi/authn/static_tokens.h"
#include "mock_kubeapi/authn/user_info.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

class TokenIssuer;

struct AuthenticatorOptions {
  StaticTokens static_tokens;
  bool allow_anonymous = true;
};

/// A request's sender, and what to tell it in Warning headers besides (an ignored Authorization header).
struct Authentication {
  UserInfo user;
  std::vector<std::string> warnings;
};

class Authenticator {
 public:
  /// `issuer` must outlive the authenticator.
  Authenticator(AuthenticatorOptions options, const TokenIssuer& issuer);

  /// Who sent `request`. Credentials that are there but wrong are 401, none at all is system:anonymous (401 where that
  /// is not allowed). A certificate comes before a token. The user is in system:authenticated or
  /// system:unauthenticated. Impersonation is not looked at (authz/impersonation.h).
  Result<Authentication> Authenticate(const mock_http::Request& request) const;

  struct TokenIdentity {
    UserInfo user;
    std::vector<std::string> audiences;  ///< those asked for that the token is meant for
  };
  /// What TokenReview asks: whose token is it, for any of `audiences` (empty: this server's own)? Else why it is none.
  std::expected<TokenIdentity, std::string> AuthenticateToken(std::string_view token,
                                                              const std::vector<std::string>& audiences) const;

 private:
  AuthenticatorOptions options_;
  const TokenIssuer& issuer_;
};

}  // namespace mock_kubeapi
