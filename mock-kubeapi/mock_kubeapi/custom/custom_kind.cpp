// The rows that an accepted CustomResourceDefinition adds to the table of kinds.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "mock_kubeapi/custom/custom.h"
#include "mock_kubeapi/custom/custom_type.h"
#include "mock_kubeapi/custom/defaulting.h"
#include "mock_kubeapi/custom/json_path.h"
#include "mock_kubeapi/custom/object_validation.h"
#include "mock_kubeapi/decode/unstructured.h"
#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi::custom {
namespace {

/// What a row needs of one version of a definition. Shared by the row's functions.
struct Version {
  Json schema;  ///< openAPIV3Schema
  std::shared_ptr<const CustomType> type;
  std::string api_version;
  std::string kind;
};

struct PrinterColumn {
  std::string type;
  JsonPath path;
};

Json CellOf(const PrinterColumn& column, const Json& object, mock_http::TimePoint now) {
  const std::vector<const Json*> found = column.path.Find(object);
  if (found.empty()) {
    return nullptr;
  }
  const Json& value = *found.front();
  if (value.is_null()) {
    return nullptr;
  }
  if (column.type == "string") {
    return value.is_string() ? value : Json(value.dump());
  }
  if (column.type == "integer") {
    return value.is_number() ? Json(value.get<std::int64_t>()) : Json(nullptr);
  }
  if (column.type == "number") {
    return value.is_number() ? Json(value.get<double>()) : Json(nullptr);
  }
  if (column.type == "boolean") {
    return value.is_boolean() ? value : Json(nullptr);
  }
  if (column.type == "date" && value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return ParseRfc3339(text) ? TimeSince(text, now) : "<invalid>";
  }
  return nullptr;
}

void AddColumns(const Json& version, Kind* kind) {
  kind->columns = {NameColumn()};
  auto printed = std::make_shared<std::vector<PrinterColumn>>();
  const Json& columns = ListOf(version, "additionalPrinterColumns");
  if (columns.empty()) {
    Column age = AgeColumn();
    age.type = "date";
    kind->columns.push_back(std::move(age));
    printed->push_back({.type = "date", .path = *JsonPath::Parse(".metadata.creationTimestamp")});
  }
  for (const Json& column : columns) {
    const std::string& path = TextOf(column, "jsonPath");
    auto parsed = JsonPath::Parse(path);
    if (!parsed) {
      continue;  // The server, too, leaves out what it cannot parse.
    }
    std::string description = TextOf(column, "description");
    if (description.empty()) {
      description = "Custom resource definition column (in JSONPath format): " + path;
    }
    kind->columns.push_back({.name = TextOf(column, "name"),
                             .type = TextOf(column, "type"),
                             .format = TextOf(column, "format"),
                             .description = std::move(description),
                             .priority = static_cast<int>(IntegerOf(column, "priority").value_or(0))});
    printed->push_back({.type = TextOf(column, "type"), .path = std::move(*parsed)});
  }
  kind->row = [printed](const Json& object, mock_http::TimePoint now) {
    Json cells = Json::array({NameOf(object)});
    for (const PrinterColumn& column : *printed) {
      cells.push_back(CellOf(column, object, now));
    }
    return cells;
  };
}

/// Everything but metadata. `old`: null for a new object.
FieldErrors ValidateObject(const Version& version, const Json& object, const Json* old) {
  FieldErrors errors;
  if (TextOf(object, "kind") != version.kind) {
    errors.push_back(Invalid("kind", TextOf(object, "kind"), "must be " + version.kind));
  }
  if (TextOf(object, "apiVersion") != version.api_version) {
    errors.push_back(Invalid("apiVersion", TextOf(object, "apiVersion"), "must be " + version.api_version));
  }
  if (!errors.empty()) {
    return errors;
  }
  errors = ValidateAgainstSchema(version.schema, object, "");
  // Lists that are broken already may stay so.
  if (old == nullptr || ValidateListTypes(version.schema, *old, "").empty()) {
    Append(errors, ValidateListTypes(version.schema, object, ""));
  }
  return errors;
}

/// A write to /status changes nothing else, metadata included.
Result<void> KeepAllButStatus(Json& object, const Json& old) {
  Json kept = old;
  kept.erase("status");
  if (const Json* status = FieldOf(object, "status")) {
    kept["status"] = *status;
  }
  kept["metadata"].erase("managedFields");
  if (const Json* managed = FieldOf(ObjectOf(object, "metadata"), "managedFields")) {
    kept["metadata"]["managedFields"] = *managed;
  }
  object = std::move(kept);
  return {};
}

std::shared_ptr<const Version> MakeVersion(const Kind& kind, const Json& version) {
  auto made = std::make_shared<Version>();
  made->schema = ObjectOf(ObjectOf(version, "schema"), "openAPIV3Schema");
  std::string reversed;
  for (std::string_view group = kind.group; !group.empty();) {
    const auto dot = group.rfind('.');
    reversed += std::string(group.substr(dot == std::string_view::npos ? 0 : dot + 1)) + ".";
    group = dot == std::string_view::npos ? std::string_view() : group.substr(0, dot);
  }
  made->type = MakeCustomType(made->schema, fmt::format("{}{}.{}", reversed, TextOf(version, "name"), kind.kind));
  made->api_version = kind.group + "/" + TextOf(version, "name");
  made->kind = kind.kind;
  return made;
}

/// An object as another version shows it: what that one does not know is lost.
Json AtVersion(const Version& version, Json object) {
  object["apiVersion"] = version.api_version;
  if (auto pruned = decode::PruneCustom(version.type->root, object)) {
    object = std::move(pruned->object);
  }
  ApplyDefaults(version.schema, object);
  return object;
}

/// Objects are stored at one version and go through it, whatever version they are written and read at.
void StoreAt(const Json& storage_version, const std::shared_ptr<const Version>& own, Kind* kind) {
  const std::shared_ptr<const Version> stored = MakeVersion(*kind, storage_version);
  if (stored->schema == own->schema) {
    return;
  }
  kind->to_storage = [stored](Json object) { return AtVersion(*stored, std::move(object)); };
  kind->from_storage = [own](const Json& object) { return AtVersion(*own, object); };
}

Kind MakeKind(const Json& definition, const Json& version) {
  const Json& spec = ObjectOf(definition, "spec");
  const Json& names = ObjectOf(ObjectOf(definition, "status"), "acceptedNames");
  Kind kind;
  kind.group = TextOf(spec, "group");
  kind.version = TextOf(version, "name");
  kind.kind = TextOf(names, "kind");
  kind.plural = TextOf(names, "plural");
  kind.singular = TextOf(names, "singular");
  for (const Json& name : ListOf(names, "shortNames")) {
    kind.short_names.push_back(name.get<std::string>());
  }
  for (const Json& category : ListOf(names, "categories")) {
    kind.categories.push_back(category.get<std::string>());
  }
  kind.namespaced = TextOf(spec, "scope") == "Namespaced";
  // In the order in which discovery shows them.
  kind.verbs = {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"};
  kind.has_generation = true;
  kind.unconditional_update = false;
  kind.terminating = IsTerminating(definition);
  if (IsSet(ObjectOf(version, "subresources"), "status")) {
    kind.has_status = true;
    kind.subresources.push_back({.name = "status", .kind = kind.kind, .verbs = {"get", "patch", "update"}});
    kind.reset_fields["status"] = {{"metadata"}, {"spec"}};
    kind.prepare_update = [](Json& object, const Json& old, const std::string& subresource,
                             const KindContext& /*context*/) -> Result<void> {
      return subresource == "status" ? KeepAllButStatus(object, old) : Result<void>();
    };
  }
  const std::shared_ptr<const Version> shared = MakeVersion(kind, version);
  // The functions hold what `type` points to.
  kind.type = shared->type->root;
  kind.set_defaults = [shared](Json& object) { ApplyDefaults(shared->schema, object); };
  kind.validate = [shared](const Json& object, const KindContext& /*context*/) {
    return ValidateObject(*shared, object, nullptr);
  };
  kind.update_checks = {UpdateCheck::kMetadataChange, UpdateCheck::kChange};
  kind.validate_update = [shared](const Json& object, const Json& old, const std::string& /*subresource*/,
                                  const KindContext& /*context*/) { return ValidateObject(*shared, object, &old); };
  for (const Json& other : ListOf(spec, "versions")) {
    if (IsTrue(other, "storage")) {
      StoreAt(other, shared, &kind);
    }
  }
  AddColumns(version, &kind);
  return kind;
}

}  // namespace

std::vector<Kind> CustomKinds(const Json& definition) {
  std::vector<Kind> kinds;
  for (const Json& version : ListOf(ObjectOf(definition, "spec"), "versions")) {
    if (IsTrue(version, "served")) {
      kinds.push_back(MakeKind(definition, version));
    }
  }
  return kinds;
}

}  // namespace mock_kubeapi::custom
