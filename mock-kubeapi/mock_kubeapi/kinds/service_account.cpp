#include "mock_kubeapi/kinds/service_account.h"

#include <string>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/token_request.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kSecretsDescription =
    "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to "
    "use. Pods are only limited to this list if this service account has a \"kubernetes.io/enforce-mountable-secrets\" "
    "annotation set to \"true\". This field should not be used to find auto-generated service account token secrets "
    "for use outside of pods. Instead, tokens can be requested directly using the TokenRequest API, or service account "
    "token secrets can be manually created. More info: https://kubernetes.io/docs/concepts/configuration/secret";

/// Of the references in `secrets` only the names are kept.
void CleanSecretReferences(Json& account) {
  Json* secrets = FieldOf(account, "secrets");
  if (secrets == nullptr || !secrets->is_array()) return;
  for (Json& reference : *secrets) {
    const std::string name = TextOf(reference, "name");
    reference = Json::object();
    if (!name.empty()) reference["name"] = name;
  }
}

}  // namespace

Kind ServiceAccountKind(const schema::Type* type) {
  return {
      .group = "",
      .version = "v1",
      .kind = "ServiceAccount",
      .plural = "serviceaccounts",
      .singular = "serviceaccount",
      .short_names = {"sa"},
      .subresources = {TokenSubresource()},
      .type = type,
      .returns_deleted = true,
      .columns = {NameColumn(), {.name = "Secrets", .description = kSecretsDescription}, AgeColumn()},
      .row =
          [](const Json& account, mock_http::TimePoint now) {
            return Json::array({NameOf(account), ListOf(account, "secrets").size(), Age(account, now)});
          },
      .prepare_create = [](Json& account, const KindContext& /*context*/) -> Result<void> {
        CleanSecretReferences(account);
        return {};
      },
      .prepare_update = [](Json& account, const Json& /*old*/, const std::string& /*subresource*/,
                           const KindContext& /*context*/) -> Result<void> {
        CleanSecretReferences(account);
        return {};
      },
  };
}

}  // namespace mock_kubeapi
