#include "mock_kubeapi/kinds/token_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {
namespace {

using std::chrono::seconds;

constexpr const char* kTokenRequestGroup = "authentication.k8s.io";
constexpr const char* kKind = "TokenRequest";
constexpr std::int64_t kDefaultSeconds = 3600;
constexpr std::int64_t kSecondsMin = 600;
constexpr std::int64_t kSecondsMax = std::int64_t{1} << 32U;
/// A Pod's projected token that asks for this many seconds lives for a year, and is warned of after them: clients that
/// don't read the file again go on working.
constexpr std::int64_t kExtendedSeconds = 3607;
constexpr seconds kExtendedLifetime = std::chrono::hours(24 * 365);

ApiError Mismatch(const std::string& account, const char* field, const std::string& value, const char* detail) {
  return InvalidError(kTokenRequestGroup, kKind, account, {Invalid(std::string("metadata.") + field, value, detail)});
}

FieldErrors ValidateExpiration(std::int64_t expiration) {
  constexpr const char* kField = "spec.expirationSeconds";
  if (expiration < kSecondsMin) return {Invalid(kField, expiration, "may not specify a duration less than 10 minutes")};
  if (expiration > kSecondsMax) {
    return {Invalid(kField, expiration, "may not specify a duration larger than 2^32 seconds")};
  }
  return {};
}

/// The parts of "group/version"; a core apiVersion has no group.
std::pair<std::string, std::string> SplitApiVersion(const std::string& api_version) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string::npos) return {std::string(), api_version};
  return {api_version.substr(0, slash), api_version.substr(slash + 1)};
}

/// Puts the object that `reference` names into the claims.
Result<void> Bind(const Json& reference, const StoreReader& store, TokenRequestClaims& claims) {
  const std::string& kind = TextOf(reference, "kind");
  const std::string& name = TextOf(reference, "name");
  const auto [group, version] = SplitApiVersion(TextOf(reference, "apiVersion"));
  if (!group.empty() || (kind != "Pod" && kind != "Secret")) {
    return std::unexpected(
        BadRequestError(fmt::format("cannot bind token to object of type {}/{}, Kind={}", group, version, kind)));
  }
  const ResourceName resource{.group = {}, .resource = kind == "Pod" ? "pods" : "secrets"};
  const JsonPtr object =
      store.Get({.resource = resource.resource, .namespace_name = claims.account.namespace_name, .name = name});
  if (!object) return std::unexpected(NotFoundError(resource, name));
  if (kind == "Pod" && TextOf(ObjectOf(*object, "spec"), "serviceAccountName") != claims.account.name) {
    return std::unexpected(BadRequestError(
        fmt::format("cannot bind token for serviceaccount {} to pod running with different serviceaccount name.",
                    GoQuote(claims.account.name))));
  }
  const std::string uid(MetaText(*object, "uid"));
  const std::string& asked_uid = TextOf(reference, "uid");
  if (!asked_uid.empty() && asked_uid != uid) {
    return std::unexpected(ConflictError(
        {.group = {}, .resource = kind}, name,
        fmt::format(
            "the UID in the bound object reference ({}) does not match the UID in record. The object might have "
            "been deleted and then recreated",
            asked_uid)));
  }
  (kind == "Pod" ? claims.pod : claims.secret) = ObjectIdentity{.name = name, .uid = uid};
  return {};
}

Result<Json> Create(const Json& account, Json body, const KindContext& context) {
  if (context.tokens == nullptr) return std::unexpected(InternalError("no token issuer"));
  TokenRequestClaims claims;
  claims.account = {.namespace_name = NamespaceOf(account), .name = NameOf(account)};
  claims.account_uid = MetaText(account, "uid");

  Json& metadata = body["metadata"];
  const std::string name = TextOf(metadata, "name");
  if (!name.empty() && name != claims.account.name) {
    return std::unexpected(
        Mismatch(claims.account.name, "name", name, "must match the service account name if specified"));
  }
  const std::string namespace_name = TextOf(metadata, "namespace");
  if (!namespace_name.empty() && namespace_name != claims.account.namespace_name) {
    return std::unexpected(Mismatch(claims.account.name, "namespace", namespace_name,
                                    "must match the service account namespace if specified"));
  }
  metadata["name"] = claims.account.name;
  metadata["namespace"] = claims.account.namespace_name;
  metadata["creationTimestamp"] = mock_http::FormatRfc3339(context.clock.Now());

  Json& spec = body["spec"];
  if (ListOf(spec, "audiences").empty()) spec["audiences"] = context.tokens->api_audiences();
  claims.audiences = spec["audiences"].get<std::vector<std::string>>();
  const std::int64_t expiration = IntegerOf(spec, "expirationSeconds").value_or(kDefaultSeconds);
  if (const FieldErrors errors = ValidateExpiration(expiration); !errors.empty()) {
    return std::unexpected(InvalidError(kTokenRequestGroup, kKind, "", errors));
  }
  SetDefault(spec, "boundObjectRef", nullptr);
  if (const Json* reference = FieldOf(spec, "boundObjectRef")) {
    if (auto bound = Bind(*reference, context.store, claims); !bound) return std::unexpected(bound.error());
  }

  claims.lifetime = seconds(expiration);
  const bool for_api_server = std::ranges::all_of(claims.audiences, [&context](const std::string& audience) {
    return std::ranges::find(context.tokens->api_audiences(), audience) != context.tokens->api_audiences().end();
  });
  if (claims.pod && expiration == kExtendedSeconds && for_api_server) {
    claims.warn_after = claims.lifetime;
    claims.lifetime = kExtendedLifetime;
  }
  body["status"] = {
      {"token", context.tokens->Issue(claims)},
      {"expirationTimestamp", mock_http::FormatRfc3339(context.clock.Now() + seconds(expiration))},
  };
  return body;
}

}  // namespace

Subresource TokenSubresource() {
  return {
      .name = "token",
      .kind = kKind,
      .group = kTokenRequestGroup,
      .version = "v1",
      .verbs = {"create"},
      .create = Create,
      .set_defaults =
          [](Json& body) {
            if (!body.contains("spec") || !body["spec"].is_object()) body["spec"] = Json::object();
            SetDefault(body["spec"], "expirationSeconds", kDefaultSeconds);
          },
  };
}

}  // namespace mock_kubeapi
