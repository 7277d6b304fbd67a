#include "mock_kubeapi/authn/token_issuer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "mock_kubeapi/authn/jwt.h"
#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/rfc3339.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {
namespace {

using Error = std::unexpected<std::string>;
using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr std::string_view kServiceAccounts = "serviceaccounts";
constexpr std::string_view kSecrets = "secrets";
constexpr std::string_view kPods = "pods";
constexpr std::string_view kLegacyIssuer = "kubernetes/serviceaccount";
constexpr const char* kBoundClaims = "kubernetes.io";
constexpr const char* kLegacyNamespace = "kubernetes.io/serviceaccount/namespace";
constexpr const char* kLegacySecretName = "kubernetes.io/serviceaccount/secret.name";
constexpr const char* kLegacyAccountName = "kubernetes.io/serviceaccount/service-account.name";
constexpr const char* kLegacyAccountUid = "kubernetes.io/serviceaccount/service-account.uid";
constexpr const char* kPodNameExtra = "authentication.kubernetes.io/pod-name";
constexpr const char* kPodUidExtra = "authentication.kubernetes.io/pod-uid";
/// Clocks may differ by this much (go-jose's DefaultLeeway); also how long a deleted object's tokens may live on.
constexpr seconds kLeeway{60};
constexpr std::size_t kVerifiedMax = 10000;

std::string TextOf(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A numeric date; 0 when absent, as go-jose takes it.
std::int64_t DateOf(const Json& claims, const char* field) {
  const auto found = claims.find(field);
  return found != claims.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::optional<ObjectIdentity> IdentityOf(const Json& claims, const char* field) {
  const auto found = claims.find(field);
  if (found == claims.end() || !found->is_object()) return std::nullopt;
  return ObjectIdentity{.name = TextOf(*found, "name"), .uid = TextOf(*found, "uid")};
}

Json ToJson(const ObjectIdentity& identity) {
  return {{"name", identity.name}, {"uid", identity.uid}};
}

/// A token whose signature was good: what it says, read once.
struct Claims {
  bool legacy = false;
  ServiceAccountName account;
  std::string account_uid;
  std::vector<std::string> audiences;
  std::int64_t expires = 0;
  std::int64_t not_before = 0;
  std::optional<ObjectIdentity> pod;
  std::optional<ObjectIdentity> secret;
};

std::vector<std::string> AudiencesOf(const Json& claims) {
  const auto found = claims.find("aud");
  std::vector<std::string> audiences;
  if (found == claims.end()) return audiences;
  if (found->is_string()) audiences.push_back(found->get<std::string>());
  if (found->is_array()) {
    for (const Json& each : *found) {
      if (each.is_string()) audiences.push_back(each.get<std::string>());
    }
  }
  return audiences;
}

Claims ReadBound(const Json& json) {
  Claims claims{.audiences = AudiencesOf(json), .expires = DateOf(json, "exp"), .not_before = DateOf(json, "nbf")};
  const auto own = json.find(kBoundClaims);
  if (own == json.end() || !own->is_object()) return claims;
  const ObjectIdentity account = IdentityOf(*own, "serviceaccount").value_or(ObjectIdentity{});
  claims.account = {.namespace_name = TextOf(*own, "namespace"), .name = account.name};
  claims.account_uid = account.uid;
  claims.pod = IdentityOf(*own, "pod");
  claims.secret = IdentityOf(*own, "secret");
  return claims;
}

Claims ReadLegacy(const Json& json) {
  return {.legacy = true,
          .account = {.namespace_name = TextOf(json, kLegacyNamespace), .name = TextOf(json, kLegacyAccountName)},
          .account_uid = TextOf(json, kLegacyAccountUid),
          .secret = ObjectIdentity{.name = TextOf(json, kLegacySecretName), .uid = {}}};
}

}  // namespace

class TokenIssuer::Impl {
 public:
  Impl(const TokenIssuerOptions& options, SigningKey key, const mock_http::Clock& clock, const StoreReader& store)
      : issuer_(options.issuer),
        api_audiences_(options.api_audiences),
        key_(std::move(key)),
        clock_(clock),
        store_(store) {
    if (api_audiences_.empty()) api_audiences_ = {issuer_};
  }

  const std::string& issuer() const { return issuer_; }
  const std::vector<std::string>& api_audiences() const { return api_audiences_; }
  const SigningKey& key() const { return key_; }
  std::int64_t Now() const { return duration_cast<seconds>(clock_.Now().time_since_epoch()).count(); }

  /// The claims of a token that this issuer signed, from memory when it was seen before; null for another issuer's.
  std::expected<const Claims*, std::string> SignedClaims(std::string_view token) {
    if (const auto known = verified_.find(token); known != verified_.end()) return &known->second;
    const auto jwt = ParseJwt(token);
    if (!jwt) return nullptr;
    const std::string issuer = TextOf(jwt->claims, "iss");
    const bool legacy = issuer == kLegacyIssuer;
    if (!legacy && issuer != issuer_) return nullptr;
    if (!key_.Verifies(*jwt)) return Error("square/go-jose: error in cryptographic primitive");
    if (verified_.size() >= kVerifiedMax) verified_.clear();
    return &verified_.emplace(token, legacy ? ReadLegacy(jwt->claims) : ReadBound(jwt->claims)).first->second;
  }

  std::expected<void, std::string> CheckTimes(const Claims& claims) const {
    const std::int64_t now = Now();
    if (claims.not_before != 0 && now + kLeeway.count() < claims.not_before) {
      return Error("service account token is not valid yet");
    }
    if (claims.expires != 0 && now - kLeeway.count() > claims.expires) {
      return Error("service account token has expired");
    }
    return {};
  }

  /// Whether all that the claims of `token` name is still there.
  std::expected<void, std::string> CheckLife(const Claims& claims, std::string_view token) const {
    return claims.legacy ? CheckLegacyLife(claims, token) : CheckBoundLife(claims);
  }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  /// Null also for what has been deleted for longer than the leeway and only waits for its finalizers.
  JsonPtr Find(std::string_view resource, const std::string& namespace_name, const std::string& name) const {
    JsonPtr object = store_.Get({.resource = resource, .namespace_name = namespace_name, .name = name});
    if (!object) return nullptr;
    const auto deleted = ParseRfc3339(MetaText(*object, "deletionTimestamp"));
    return deleted && *deleted + kLeeway < clock_.Now() ? nullptr : object;
  }

  std::expected<void, std::string> CheckAccount(const Claims& claims, const char* uid_differs) const {
    const JsonPtr account = Find(kServiceAccounts, claims.account.namespace_name, claims.account.name);
    if (!account) {
      return Error(
          NotFoundError({.group = {}, .resource = std::string(kServiceAccounts)}, claims.account.name).message);
    }
    const std::string_view uid = MetaText(*account, "uid");
    if (uid != claims.account_uid) return Error(fmt::format(fmt::runtime(uid_differs), uid, claims.account_uid));
    return {};
  }

  std::expected<void, std::string> CheckBoundLife(const Claims& claims) const {
    auto account = CheckAccount(claims, "service account UID ({}) does not match claim ({})");
    if (!account) return account;
    const std::string& namespace_name = claims.account.namespace_name;
    if (claims.secret) {
      const JsonPtr secret = Find(kSecrets, namespace_name, claims.secret->name);
      if (!secret) return Error("service account token has been invalidated");
      const std::string_view uid = MetaText(*secret, "uid");
      if (uid != claims.secret->uid) {
        return Error(fmt::format("secret UID ({}) does not match service account secret ref claim ({})", uid,
                                 claims.secret->uid));
      }
    }
    if (claims.pod) {
      const JsonPtr pod = Find(kPods, namespace_name, claims.pod->name);
      if (!pod) return Error("service account token has been invalidated");
      const std::string_view uid = MetaText(*pod, "uid");
      if (uid != claims.pod->uid) {
        return Error(
            fmt::format("pod UID ({}) does not match service account pod ref claim ({})", uid, claims.pod->uid));
      }
    }
    return {};
  }

  std::expected<void, std::string> CheckLegacyLife(const Claims& claims, std::string_view token) const {
    const JsonPtr secret = Find(kSecrets, claims.account.namespace_name, claims.secret->name);
    if (!secret) return Error("Token has been invalidated");
    const auto data = secret->find("data");
    const bool same = data != secret->end() && data->is_object() && TextOf(*data, "token") == EncodeBase64(token);
    if (!same) return Error("Token does not match server's copy");
    return CheckAccount(claims, "ServiceAccount UID ({}) does not match claim ({})");
  }

  std::string issuer_;
  std::vector<std::string> api_audiences_;
  SigningKey key_;
  const mock_http::Clock& clock_;
  const StoreReader& store_;
  std::unordered_map<std::string, Claims, TextHash, std::equal_to<>> verified_;  ///< by token
};

TokenIssuer::TokenIssuer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TokenIssuer::~TokenIssuer() = default;

std::expected<std::unique_ptr<TokenIssuer>, std::string> TokenIssuer::Create(const TokenIssuerOptions& options,
                                                                             const mock_http::Clock& clock,
                                                                             const StoreReader& store) {
  auto key = options.private_key_pem.empty() ? SigningKey::Generate() : SigningKey::FromPem(options.private_key_pem);
  if (!key) return Error(key.error());
  auto impl = std::make_unique<Impl>(options, std::move(*key), clock, store);
  return std::unique_ptr<TokenIssuer>(new TokenIssuer(std::move(impl)));
}

std::string TokenIssuer::Issue(const TokenRequestClaims& claims) const {
  const std::int64_t now = impl_->Now();
  Json own = {{"namespace", claims.account.namespace_name},
              {"serviceaccount", {{"name", claims.account.name}, {"uid", claims.account_uid}}}};
  if (claims.pod) own["pod"] = ToJson(*claims.pod);
  if (claims.secret) own["secret"] = ToJson(*claims.secret);
  if (claims.warn_after) own["warnafter"] = now + claims.warn_after->count();
  return impl_->key().Encode({{"aud", claims.audiences},
                              {"exp", now + claims.lifetime.count()},
                              {"iat", now},
                              {"iss", impl_->issuer()},
                              {"nbf", now},
                              {"sub", ServiceAccountUser(claims.account, {}).name},
                              {kBoundClaims, std::move(own)}});
}

std::string TokenIssuer::IssueLegacy(const LegacyTokenClaims& claims) const {
  return impl_->key().Encode({{"iss", kLegacyIssuer},
                              {"sub", ServiceAccountUser(claims.account, {}).name},
                              {kLegacyNamespace, claims.account.namespace_name},
                              {kLegacySecretName, claims.secret_name},
                              {kLegacyAccountName, claims.account.name},
                              {kLegacyAccountUid, claims.account_uid}});
}

std::expected<std::optional<VerifiedToken>, std::string> TokenIssuer::Verify(
    std::string_view token, const std::vector<std::string>& audiences) const {
  const auto signed_claims = impl_->SignedClaims(token);
  if (!signed_claims) return Error(signed_claims.error());
  if (*signed_claims == nullptr) return std::nullopt;
  const Claims& claims = **signed_claims;
  // A token that names nobody is for the API server alone.
  const std::vector<std::string>& meant_for = claims.audiences.empty() ? impl_->api_audiences() : claims.audiences;
  VerifiedToken verified;
  for (const std::string& audience : meant_for) {
    if (std::ranges::find(audiences, audience) != audiences.end()) verified.audiences.push_back(audience);
  }
  if (verified.audiences.empty()) {
    return Error(fmt::format("token audiences {} is invalid for the target audiences {}", GoQuoteList(meant_for),
                             GoQuoteList(audiences)));
  }
  if (const auto times = impl_->CheckTimes(claims); !times) return Error(times.error());
  if (const auto life = impl_->CheckLife(claims, token); !life) return Error(life.error());
  verified.user = ServiceAccountUser(claims.account, claims.account_uid);
  if (claims.pod) {
    verified.user.extra[kPodNameExtra] = {claims.pod->name};
    verified.user.extra[kPodUidExtra] = {claims.pod->uid};
  }
  return verified;
}

const std::string& TokenIssuer::issuer() const {
  return impl_->issuer();
}

const std::vector<std::string>& TokenIssuer::api_audiences() const {
  return impl_->api_audiences();
}

Json TokenIssuer::OpenIdConfiguration() const {
  return {{"issuer", issuer()},
          {"jwks_uri", issuer() + "/openid/v1/jwks"},
          {"response_types_supported", {"id_token"}},
          {"subject_types_supported", {"public"}},
          {"id_token_signing_alg_values_supported", {impl_->key().algorithm()}}};
}

Json TokenIssuer::JsonWebKeySet() const {
  return {{"keys", Json::array({impl_->key().PublicJwk()})}};
}

}  // namespace mock_kubeapi
