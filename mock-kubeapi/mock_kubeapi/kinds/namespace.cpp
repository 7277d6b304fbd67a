#include "mock_kubeapi/kinds/namespace.h"

#include <algorithm>
#include <string>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kNameLabel = "kubernetes.io/metadata.name";
constexpr const char* kFinalizer = "kubernetes";
constexpr const char* kFinalizers = "spec.finalizers";

/// Every Namespace can be selected by its name.
void SetNameLabel(Json& object) {
  const std::string name = NameOf(object);
  if (!name.empty()) object["metadata"]["labels"][kNameLabel] = name;
}

FieldErrors ValidateFinalizer(const std::string& finalizer, const std::string& path) {
  FieldErrors errors = InvalidForEach(path, finalizer, validation::IsQualifiedName(finalizer));
  const bool standard = finalizer == kFinalizer || finalizer == "orphan" || finalizer == "foregroundDeletion";
  if (errors.empty() && !standard && finalizer.find('/') == std::string::npos) {
    errors.push_back(Invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified"));
  }
  return errors;
}

FieldErrors ValidateNamespace(const Json& object, const KindContext& /*context*/) {
  FieldErrors errors;
  for (const Json& finalizer : ListOf(ObjectOf(object, "spec"), "finalizers")) {
    Append(errors, ValidateFinalizer(finalizer.get<std::string>(), kFinalizers));
  }
  return errors;
}

/// Of the subresources: a Namespace itself is checked as a new one.
FieldErrors ValidateNamespaceChange(const Json& object, const Json& /*old*/, const std::string& subresource,
                                    const KindContext& /*context*/) {
  FieldErrors errors;
  if (subresource == "finalize") {
    const Json& finalizers = ListOf(ObjectOf(object, "spec"), "finalizers");
    for (std::size_t i = 0; i < finalizers.size(); ++i) {
      Append(errors, ValidateFinalizer(finalizers[i].get<std::string>(), Index(kFinalizers, i)));
    }
  } else if (subresource == "status") {
    const std::string& phase = TextOf(ObjectOf(object, "status"), "phase");
    const bool deleted = IsSet(ObjectOf(object, "metadata"), "deletionTimestamp");
    if (!deleted && phase != "Active") {
      errors.push_back(Invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"));
    } else if (deleted && phase != "Terminating") {
      errors.push_back(Invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"));
    }
  }
  return errors;
}

Result<void> PrepareCreate(Json& object, const KindContext& /*context*/) {
  SetNameLabel(object);
  object["status"] = {{"phase", "Active"}};
  Json& spec = object["spec"];
  if (!spec.is_object()) spec = Json::object();
  Json& finalizers = spec["finalizers"];
  if (!finalizers.is_array()) finalizers = Json::array();
  if (std::ranges::find(finalizers, kFinalizer) == finalizers.end()) finalizers.push_back(kFinalizer);
  return {};
}

void Keep(Json& object, const Json& old, const char* field) {
  const Json* value = FieldOf(old, field);
  object[field] = value == nullptr ? Json::object() : *value;
}

Result<void> PrepareUpdate(Json& object, const Json& old, const std::string& subresource,
                           const KindContext& /*context*/) {
  SetNameLabel(object);
  // Finalizers change through /finalize alone, the phase through /status.
  if (subresource != "finalize") Keep(object, old, "spec");
  if (subresource != "status") Keep(object, old, "status");
  return {};
}

bool BeginDelete(Json& object, const KindContext& /*context*/) {
  object["status"]["phase"] = "Terminating";
  return !ListOf(ObjectOf(object, "spec"), "finalizers").empty();
}

}  // namespace

Kind NamespaceKind(const schema::Type* type) {
  return {
      .group = "",
      .version = "v1",
      .kind = "Namespace",
      .plural = "namespaces",
      .singular = "namespace",
      .short_names = {"ns"},
      .namespaced = false,
      .verbs = {"create", "delete", "get", "list", "patch", "update", "watch"},
      .subresources = {{.name = "finalize", .kind = "Namespace", .verbs = {"update"}},
                       {.name = "status", .kind = "Namespace", .verbs = {"get", "patch", "update"}}},
      .type = type,
      .has_status = true,
      .update_checks = {UpdateCheck::kMetadata, UpdateCheck::kObject, UpdateCheck::kMetadataChange},
      .reset_fields = {{"finalize", {{"status"}}}},
      .selectable_fields =
          [](const Json& object) {
            return std::map<std::string, std::string>{{"status.phase", TextOf(ObjectOf(object, "status"), "phase")}};
          },
      .selects_namespace = false,
      .columns = {NameColumn(), {.name = "Status", .description = "The status of the namespace"}, AgeColumn()},
      .row =
          [](const Json& object, mock_http::TimePoint now) {
            return Json::array({NameOf(object), TextOf(ObjectOf(object, "status"), "phase"), Age(object, now)});
          },
      .set_defaults = SetNameLabel,
      .prepare_create = PrepareCreate,
      .prepare_update = PrepareUpdate,
      .validate = ValidateNamespace,
      .validate_update = ValidateNamespaceChange,
      .begin_delete = BeginDelete,
      .validate_name = validation::NameIsDnsLabel,
  };
}

}  // namespace mock_kubeapi
