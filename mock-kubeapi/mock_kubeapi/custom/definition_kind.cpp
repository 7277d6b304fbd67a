// The row of CustomResourceDefinition.
#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "mock_kubeapi/custom/custom.h"
#include "mock_kubeapi/custom/definition_validation.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::custom {
namespace {

constexpr int kWebhookPort = 443;

/// Adds the storage version to those that have been stored.
void AddStoredVersion(Json& definition) {
  Json& stored = definition["status"]["storedVersions"];
  if (!stored.is_array()) {
    stored = Json::array();
  }
  for (const Json& version : ListOf(ObjectOf(definition, "spec"), "versions")) {
    const Json name = TextOf(version, "name");
    if (IsTrue(version, "storage") && std::find(stored.begin(), stored.end(), name) == stored.end()) {
      stored.push_back(name);
    }
  }
}

void SetDefaults(Json& definition) {
  Json& spec = definition["spec"];
  Json& names = spec["names"];
  std::string singular = TextOf(names, "kind");
  std::transform(singular.begin(), singular.end(), singular.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!singular.empty()) {
    SetDefaultText(names, "singular", singular);
    SetDefaultText(names, "listKind", TextOf(names, "kind") + "List");
  }
  SetDefault(spec, "conversion", {{"strategy", "None"}});
  if (Json* webhook = FieldOf(spec["conversion"], "webhook")) {
    if (Json* client = FieldOf(*webhook, "clientConfig")) {
      if (Json* service = FieldOf(*client, "service")) {
        SetDefault(*service, "port", kWebhookPort);
      }
    }
  }
  if (ListOf(ObjectOf(definition, "status"), "storedVersions").empty()) {
    AddStoredVersion(definition);
  }
}

Json EmptyStatus() {
  return {{"conditions", nullptr}, {"acceptedNames", {{"plural", ""}, {"kind", ""}}}, {"storedVersions", nullptr}};
}

}  // namespace

Kind CustomResourceDefinitionKind(const schema::Type* type) {
  Kind kind;
  kind.group = "apiextensions.k8s.io";
  kind.version = "v1";
  kind.kind = "CustomResourceDefinition";
  kind.plural = "customresourcedefinitions";
  kind.singular = "customresourcedefinition";
  kind.short_names = {"crd", "crds"};
  kind.categories = {"api-extensions"};
  kind.namespaced = false;
  kind.type = type;
  kind.has_status = true;
  kind.has_generation = true;
  kind.unconditional_update = false;
  kind.subresources = {{.name = "status", .kind = "CustomResourceDefinition", .verbs = {"get", "patch", "update"}}};
  kind.columns = DefaultColumns();
  kind.row = DefaultRow;
  kind.set_defaults = SetDefaults;
  kind.prepare_create = [](Json& object, const KindContext& /*context*/) -> Result<void> {
    object["status"] = EmptyStatus();
    AddStoredVersion(object);
    return {};
  };
  kind.prepare_update = [](Json& object, const Json& old, const std::string& subresource,
                           const KindContext& /*context*/) -> Result<void> {
    if (subresource == "status") {
      object["spec"] = old.value("spec", Json::object());
      return {};
    }
    object["status"] = old.value("status", EmptyStatus());
    AddStoredVersion(object);
    return {};
  };
  kind.validate = [](const Json& object, const KindContext& /*context*/) {
    return ValidateDefinition(object, nullptr);
  };
  kind.update_checks = {UpdateCheck::kMetadataChange, UpdateCheck::kChange};
  kind.validate_update = [](const Json& object, const Json& old, const std::string& subresource,
                            const KindContext& /*context*/) {
    return subresource == "status" ? ValidateDefinitionStatus(object) : ValidateDefinition(object, &old);
  };
  return kind;
}

}  // namespace mock_kubeapi::custom
