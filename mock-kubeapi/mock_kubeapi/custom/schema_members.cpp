#include "mock_kubeapi/custom/schema_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::custom {
namespace {

bool IsMetaField(std::string_view name) {
  return name == "metadata" || name == "kind" || name == "apiVersion";
}

/// Where in a schema the checks are.
struct Place {
  bool is_root = false;
  bool inside_meta = false;
  std::string no_defaults_because;  ///< empty: defaults are allowed
};

class MemberRules {
 public:
  FieldErrors Run(const Json& schema, const std::string& path) {
    Check(schema, path, {.is_root = true});
    return std::move(errors_);
  }

 private:
  void Forbid(const std::string& path, std::string_view member, std::string detail) {
    errors_.push_back(Forbidden(Child(path, member), std::move(detail)));
  }

  void Check(const Json& schema, const std::string& path, const Place& place) {
    CheckMembers(schema, path, place);
    CheckBelow(schema, path, place);
    CheckMapType(schema, path);
    CheckListType(schema, path);
  }

  void CheckMembers(const Json& schema, const std::string& path, const Place& place) {
    static const std::vector<std::string> types = {"array", "boolean", "integer", "number", "object", "string"};
    const std::string& type = TextOf(schema, "type");
    if (!type.empty() && std::find(types.begin(), types.end(), type) == types.end()) {
      errors_.push_back(NotSupported(Child(path, "type"), type, types));
    }
    if (IsSet(schema, "default") && !place.no_defaults_because.empty()) {
      Forbid(path, "default", "must not be set " + place.no_defaults_because);
    }
    for (const char* member : {"id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"}) {
      if (IsSet(schema, member)) {
        Forbid(path, member, fmt::format("{} is not supported", member));
      }
    }
    if (type == "null") {
      Forbid(path, "type", "type cannot be set to null, use nullable as an alternative");
    }
    if (const Json* items = FieldOf(schema, "items"); items != nullptr && items->is_array() && !items->empty()) {
      Forbid(path, "items", "items must be a schema object and not an array");
    }
    if (place.inside_meta && IsTrue(schema, "x-kubernetes-embedded-resource")) {
      Forbid(path, "x-kubernetes-embedded-resource", "must not be used inside of resource meta");
    }
    if (IsTrue(schema, "uniqueItems")) {
      Forbid(path, "uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    if (const Json* preserve = FieldOf(schema, "x-kubernetes-preserve-unknown-fields");
        preserve != nullptr && *preserve == false) {
      errors_.push_back(
          Invalid(Child(path, "x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined"));
    }
  }

  void CheckBelow(const Json& schema, const std::string& path, const Place& place) {
    Place below = place;
    below.is_root = false;
    const Json& properties = ObjectOf(schema, "properties");
    if (const Json* values = FieldOf(schema, "additionalProperties")) {
      if (!properties.empty() && *values != true) {
        Forbid(path, "additionalProperties", "additionalProperties and properties are mutual exclusive");
      }
      if (values->is_object()) {
        Place inside = below;
        if (place.inside_meta) {
          inside.no_defaults_because = "inside additionalProperties applying to object metadata";
        }
        Check(*values, Child(path, "additionalProperties"), inside);
      }
    }
    for (const auto& [name, property] : properties.items()) {
      Place inside = below;
      if ((place.is_root || IsTrue(schema, "x-kubernetes-embedded-resource")) && IsMetaField(name)) {
        inside.inside_meta = true;
        if (place.is_root) {
          inside.no_defaults_because = "in top-level " + name;
        }
      }
      Check(property, Key(Child(path, "properties"), name), inside);
    }
    if (const Json* excluded = FieldOf(schema, "not")) {
      Check(*excluded, Child(path, "not"), below);
    }
    for (const std::string_view combination : kCombinations) {
      const Json& list = ListOf(schema, combination);
      for (std::size_t i = 0; i < list.size(); ++i) {
        Check(list[i], Index(Child(path, combination), i), below);
      }
    }
    if (const Json* items = FieldOf(schema, "items"); items != nullptr && items->is_object()) {
      Check(*items, Child(path, "items"), below);
    }
  }

  void RequireType(const Json& schema, const std::string& path, std::string_view type, std::string_view extension) {
    const std::string detail = fmt::format("must be {} if {} is specified", type, extension);
    const std::string& is = TextOf(schema, "type");
    errors_.push_back(is.empty() ? Required(Child(path, "type"), detail) : Invalid(Child(path, "type"), is, detail));
  }

  void CheckMapType(const Json& schema, const std::string& path) {
    constexpr std::string_view kMapType = "x-kubernetes-map-type";
    if (!IsSet(schema, kMapType)) {
      return;
    }
    const std::string& map_type = TextOf(schema, kMapType);
    if (TextOf(schema, "type") != "object") {
      RequireType(schema, path, "object", kMapType);
    }
    if (map_type != "atomic" && map_type != "granular") {
      errors_.push_back(NotSupported(Child(path, kMapType), map_type, {"atomic", "granular"}));
    }
  }

  void CheckListType(const Json& schema, const std::string& path) {
    constexpr std::string_view kListType = "x-kubernetes-list-type";
    constexpr std::string_view kMapKeys = "x-kubernetes-list-map-keys";
    const std::string& list_type = TextOf(schema, kListType);
    const Json& items = ObjectOf(schema, "items");
    if (IsSet(schema, kListType)) {
      if (TextOf(schema, "type") != "array") {
        RequireType(schema, path, "array", kListType);
      } else if (list_type == "set") {
        CheckSetItems(items, path);
      }
      if (list_type != "atomic" && list_type != "set" && list_type != "map") {
        errors_.push_back(NotSupported(Child(path, kListType), list_type, {"atomic", "set", "map"}));
      }
    }
    if (!ListOf(schema, kMapKeys).empty() && list_type != "map") {
      const std::string detail = fmt::format("must be map if {} is non-empty", kMapKeys);
      errors_.push_back(IsSet(schema, kListType) ? Invalid(Child(path, kListType), list_type, detail)
                                                 : Required(Child(path, kListType), detail));
    }
    if (list_type == "map") {
      CheckMapItems(schema, items, path);
    }
    if ((list_type == "map" || list_type == "set") && IsTrue(items, "nullable")) {
      Forbid(Child(path, "items"), "nullable", "cannot be nullable when x-kubernetes-list-type is " + list_type);
    }
  }

  void CheckSetItems(const Json& items, const std::string& path) {
    const std::string& type = TextOf(items, "type");
    const std::string& list_type = TextOf(items, "x-kubernetes-list-type");
    constexpr const char* kDetail = "must be atomic as item of a list with x-kubernetes-list-type=set";
    if (type == "array" && !list_type.empty() && list_type != "atomic") {
      errors_.push_back(Invalid(Child(path, "items.x-kubernetes-list-type"), list_type, kDetail));
    }
    if (type == "object" && TextOf(items, "x-kubernetes-map-type") != "atomic") {
      errors_.push_back(Invalid(Child(path, "items.x-kubernetes-map-type"), nullptr, kDetail));
    }
  }

  void CheckMapItems(const Json& schema, const Json& items, const std::string& path) {
    constexpr std::string_view kMapKeys = "x-kubernetes-list-map-keys";
    const Json& keys = ListOf(schema, kMapKeys);
    if (keys.empty()) {
      errors_.push_back(Required(Child(path, kMapKeys), "must not be empty if x-kubernetes-list-type is map"));
    }
    if (!IsSet(schema, "items")) {
      errors_.push_back(Required(Child(path, "items"), "must have a schema if x-kubernetes-list-type is map"));
      return;
    }
    if (TextOf(items, "type") != "object") {
      errors_.push_back(Invalid(Child(path, "items.type"), TextOf(items, "type"),
                                "must be object if parent array's x-kubernetes-list-type is map"));
      return;
    }
    std::set<std::string> seen;
    const Json& required = ListOf(items, "required");
    for (const Json& key : keys) {
      const auto& name = key.get_ref<const std::string&>();
      const Json* property = FieldOf(ObjectOf(items, "properties"), name);
      const std::string property_path = Key(Child(path, "items.properties"), name);
      if (property == nullptr) {
        errors_.push_back(InvalidGoValue(Child(path, kMapKeys), GoStrings(keys.get<std::vector<std::string>>()),
                                         "entries must all be names of item properties"));
      } else if (const std::string& type = TextOf(*property, "type"); type == "array" || type == "object") {
        errors_.push_back(Invalid(Child(property_path, "type"), TextOf(items, "type"),
                                  "must be a scalar type if parent array's x-kubernetes-list-type is map"));
      }
      if (!seen.insert(name).second) {
        errors_.push_back(InvalidGoValue(Child(path, kMapKeys), GoStrings(keys.get<std::vector<std::string>>()),
                                         "must not contain duplicate entries"));
      }
      if (property == nullptr) {
        continue;
      }
      if (std::find(required.begin(), required.end(), key) == required.end() && !IsSet(*property, "default")) {
        errors_.push_back(Required(Child(property_path, "default"),
                                   "this property is in x-kubernetes-list-map-keys, so it must have a default or be a "
                                   "required property"));
      }
      if (IsTrue(*property, "nullable")) {
        Forbid(property_path, "nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
      }
    }
  }

  FieldErrors errors_;
};

}  // namespace

FieldErrors ValidateSchemaMembers(const Json& schema, const std::string& path) {
  return MemberRules().Run(schema, path);
}

}  // namespace mock_kubeapi::custom
