#include "mock_kubeapi/authn/authenticator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/authn/token_issuer.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kInvalidToken = "invalid bearer token";
constexpr const char* kExtraSpaceWarning =
    "the provided Authorization header contains extra space before the bearer token, and is ignored";

std::string_view TrimSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

struct BearerToken {
  std::string_view token;  ///< empty: the header counts as no credentials
  bool extra_space = false;
};

BearerToken BearerTokenOf(std::string_view header) {
  header = TrimSpace(header);
  const std::size_t space = header.find(' ');
  if (space == std::string_view::npos || !mock_http::EqualsIgnoringCase(header.substr(0, space), "bearer")) return {};
  const std::string_view rest = header.substr(space + 1);
  const std::string_view token = rest.substr(0, rest.find(' '));
  return {.token = token, .extra_space = token.empty()};
}

void AddAuthenticatedGroup(UserInfo& user) {
  if (!user.InGroup(kAuthenticatedGroup)) user.groups.emplace_back(kAuthenticatedGroup);
}

}  // namespace

Authenticator::Authenticator(AuthenticatorOptions options, const TokenIssuer& issuer)
    : options_(std::move(options)), issuer_(issuer) {}

Result<Authentication> Authenticator::Authenticate(const mock_http::Request& request) const {
  Authentication result;
  if (request.peer.certificate && !request.peer.certificate->common_name.empty()) {
    result.user.name = request.peer.certificate->common_name;
    result.user.groups = request.peer.certificate->organizations;
    AddAuthenticatedGroup(result.user);
    return result;
  }
  const BearerToken bearer = BearerTokenOf(request.headers.Get("Authorization").value_or(std::string_view()));
  if (!bearer.token.empty()) {
    auto identity = AuthenticateToken(bearer.token, issuer_.api_audiences());
    if (!identity) return std::unexpected(UnauthorizedError());
    result.user = std::move(identity->user);
    return result;
  }
  // Credentials all the same, though nobody's.
  if (request.peer.bad_certificate) return std::unexpected(UnauthorizedError());
  if (bearer.extra_space) result.warnings.emplace_back(kExtraSpaceWarning);
  if (!options_.allow_anonymous) return std::unexpected(UnauthorizedError());
  result.user.name = kAnonymousUser;
  result.user.groups.emplace_back(kUnauthenticatedGroup);
  return result;
}

std::expected<Authenticator::TokenIdentity, std::string> Authenticator::AuthenticateToken(
    std::string_view token, const std::vector<std::string>& audiences) const {
  const std::vector<std::string>& asked = audiences.empty() ? issuer_.api_audiences() : audiences;
  if (const UserInfo* user = options_.static_tokens.Find(token)) {
    TokenIdentity identity{.user = *user, .audiences = {}};
    // Static tokens know of no audience: they are for the API server.
    for (const std::string& audience : issuer_.api_audiences()) {
      if (std::ranges::find(asked, audience) != asked.end()) identity.audiences.push_back(audience);
    }
    if (identity.audiences.empty()) return std::unexpected(kInvalidToken);
    AddAuthenticatedGroup(identity.user);
    return identity;
  }
  auto verified = issuer_.Verify(token, asked);
  // The server's own loopback authenticator is asked first and doesn't know the token either.
  if (!verified) return std::unexpected(fmt::format("[{}, {}]", kInvalidToken, verified.error()));
  if (!*verified) return std::unexpected(kInvalidToken);
  TokenIdentity identity{.user = std::move((*verified)->user), .audiences = std::move((*verified)->audiences)};
  AddAuthenticatedGroup(identity.user);
  return identity;
}

}  // namespace mock_kubeapi
