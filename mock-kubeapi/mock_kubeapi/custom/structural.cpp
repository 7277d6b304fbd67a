#include "mock_kubeapi/custom/structural.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "mock_kubeapi/custom/custom_type.h"
#include "mock_kubeapi/custom/object_validation.h"
#include "mock_kubeapi/custom/patterns.h"
#include "mock_kubeapi/custom/schema_members.h"
#include "mock_kubeapi/decode/unstructured.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::custom {
namespace {

enum class Level { kRoot, kItem, kField };

class StructuralRules {
 public:
  FieldErrors Run(const Json& schema, const std::string& path) {
    CheckInvariants(schema, path, Level::kRoot);
    CheckCompleteness(schema, &schema, path, path);
    std::sort(errors_.begin(), errors_.end(),
              [](const FieldError& a, const FieldError& b) { return a.Text() < b.Text(); });
    return std::move(errors_);
  }

 private:
  /// anyOf: [{type: integer}, {type: string}]
  static bool IsIntOrString(const Json& alternatives) {
    static const Json pattern = Json::array({{{"type", "integer"}}, {{"type", "string"}}});
    return alternatives == pattern;
  }

  void CheckInvariants(const Json& schema, const std::string& path, Level level) {
    const Json* items = FieldOf(schema, "items");
    if (TextOf(schema, "type") == "array" && items == nullptr) {
      errors_.push_back(Required(Child(path, "items"), "must be specified"));
    }
    if (items != nullptr && items->is_object()) {
      CheckInvariants(*items, Child(path, "items"), Level::kItem);
    }
    for (const auto& [name, property] : ObjectOf(schema, "properties").items()) {
      CheckInvariants(property, Key(Child(path, "properties"), name), Level::kField);
    }
    if (const Json* values = FieldOf(schema, "additionalProperties")) {
      if (level == Level::kRoot) {
        errors_.push_back(Forbidden(Child(path, "additionalProperties"), "must not be used at the root"));
      }
      if (values->is_object()) {
        CheckInvariants(*values, Child(path, "additionalProperties"), Level::kField);
      }
    }
    CheckExtensions(schema, path);
    CheckValueRules(schema, path, IsIntOrString(ListOf(schema, "anyOf")), FirstAllOfIsIntOrString(schema));
    CheckType(schema, path, level);
    CheckMeta(schema, path, level);
  }

  static bool FirstAllOfIsIntOrString(const Json& schema) {
    const Json& all_of = ListOf(schema, "allOf");
    return !all_of.empty() && IsIntOrString(ListOf(all_of[0], "anyOf"));
  }

  void CheckExtensions(const Json& schema, const std::string& path) {
    if (!IsTrue(schema, "x-kubernetes-int-or-string")) {
      return;
    }
    for (const char* extension : {"x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"}) {
      if (IsTrue(schema, extension)) {
        errors_.push_back(Invalid(Child(path, extension), true, "must be false if x-kubernetes-int-or-string is true"));
      }
    }
  }

  void CheckType(const Json& schema, const std::string& path, Level level) {
    const std::string& type = TextOf(schema, "type");
    const bool embedded = IsTrue(schema, "x-kubernetes-embedded-resource");
    const bool preserve = IsTrue(schema, "x-kubernetes-preserve-unknown-fields");
    const std::string type_path = Child(path, "type");
    if (embedded && type != "object") {
      constexpr const char* kDetail = "must be object if x-kubernetes-embedded-resource is true";
      errors_.push_back(type.empty() ? Required(type_path, kDetail) : Invalid(type_path, type, kDetail));
    } else if (type.empty() && !IsTrue(schema, "x-kubernetes-int-or-string") && !preserve) {
      errors_.push_back(Required(type_path, level == Level::kRoot   ? "must not be empty at the root"
                                            : level == Level::kItem ? "must not be empty for specified array items"
                                                                    : "must not be empty for specified object fields"));
    }
    if (embedded && IsSet(schema, "additionalProperties")) {
      errors_.push_back(
          Forbidden(Child(path, "additionalProperties"), "must not be used if x-kubernetes-embedded-resource is set"));
    }
    if (level == Level::kRoot && !type.empty() && type != "object") {
      errors_.push_back(Invalid(type_path, type, "must be object at the root"));
    }
    if (embedded && !preserve && ObjectOf(schema, "properties").empty()) {
      errors_.push_back(Required(Child(path, "properties"),
                                 "must not be empty if x-kubernetes-embedded-resource is true without "
                                 "x-kubernetes-preserve-unknown-fields"));
    }
  }

  void CheckMeta(const Json& schema, const std::string& path, Level level) {
    if (level != Level::kRoot && !IsTrue(schema, "x-kubernetes-embedded-resource")) {
      return;
    }
    const Json& properties = ObjectOf(schema, "properties");
    const auto require = [&](const char* name, const char* type) {
      if (const Json* property = FieldOf(properties, name); property != nullptr && TextOf(*property, "type") != type) {
        errors_.push_back(Invalid(Child(Key(Child(path, "properties"), name), "type"), TextOf(*property, "type"),
                                  fmt::format("must be {}", type)));
      }
    };
    require("kind", "string");
    require("apiVersion", "string");
    require("metadata", "object");
    const Json* metadata = FieldOf(properties, "metadata");
    if (level != Level::kRoot || metadata == nullptr) {
      return;
    }
    static const std::set<std::string> value_rules = {"type",
                                                      "default",
                                                      "properties",
                                                      "format",
                                                      "maximum",
                                                      "exclusiveMaximum",
                                                      "minimum",
                                                      "exclusiveMinimum",
                                                      "maxLength",
                                                      "minLength",
                                                      "pattern",
                                                      "maxItems",
                                                      "minItems",
                                                      "uniqueItems",
                                                      "multipleOf",
                                                      "enum",
                                                      "maxProperties",
                                                      "minProperties",
                                                      "required",
                                                      "allOf",
                                                      "oneOf",
                                                      "anyOf",
                                                      "not"};
    bool more = false;
    for (const auto& [name, value] : metadata->items()) {
      more = more || !value_rules.contains(name);
    }
    for (const auto& [name, value] : ObjectOf(*metadata, "properties").items()) {
      more = more || (name != "name" && name != "generateName");
    }
    if (more) {
      errors_.push_back(Forbidden(Key(Child(path, "properties"), "metadata"),
                                  "must not specify anything other than name and generateName, but metadata is "
                                  "implicitly specified"));
    }
  }

  /// Combinations, and the pattern.
  void CheckValueRules(const Json& schema, const std::string& path, bool skip_any_of, bool skip_first_all_of_any_of) {
    for (const std::string_view combination : {"anyOf", "allOf", "oneOf"}) {
      if (combination == "anyOf" && skip_any_of) {
        continue;
      }
      const Json& list = ListOf(schema, combination);
      for (std::size_t i = 0; i < list.size(); ++i) {
        const bool skip = combination == "allOf" && i == 0 && skip_first_all_of_any_of;
        CheckNested(list[i], Index(Child(path, combination), i), skip);
      }
    }
    if (const Json* excluded = FieldOf(schema, "not")) {
      CheckNested(*excluded, Child(path, "not"), false);
    }
    if (const std::string& pattern = TextOf(schema, "pattern"); !pattern.empty()) {
      if (const std::string error = RegexError(pattern); !error.empty()) {
        errors_.push_back(
            Invalid(Child(path, "pattern"), pattern, "must be a valid regular expression, but isn't: " + error));
      }
    }
  }

  /// Within combinations a schema only restricts values; it must not say what there is.
  void CheckNested(const Json& schema, const std::string& path, bool skip_any_of) {
    CheckValueRules(schema, path, skip_any_of, false);
    if (const Json* items = FieldOf(schema, "items"); items != nullptr && items->is_object()) {
      CheckNested(*items, Child(path, "items"), false);
    }
    for (const auto& [name, property] : ObjectOf(schema, "properties").items()) {
      CheckNested(property, Key(Child(path, "properties"), name), false);
    }
    struct Rule {
      const char* member;
      const char* detail;
    };
    static constexpr std::array kRules = {
        Rule{"type", "must be empty to be structural"},
        Rule{"additionalProperties", "must be undefined to be structural"},
        Rule{"default", "must be undefined to be structural"},
        Rule{"title", "must be empty to be structural"},
        Rule{"description", "must be empty to be structural"},
        Rule{"nullable", "must be false to be structural"},
        Rule{"x-kubernetes-preserve-unknown-fields", "must be false to be structural"},
        Rule{"x-kubernetes-embedded-resource", "must be false to be structural"},
        Rule{"x-kubernetes-int-or-string", "must be false to be structural"},
        Rule{"x-kubernetes-list-map-keys", "must be empty to be structural"},
        Rule{"x-kubernetes-list-type", "must be undefined to be structural"},
        Rule{"x-kubernetes-map-type", "must be undefined to be structural"}};
    for (const Rule& rule : kRules) {
      if (IsSet(schema, rule.member)) {
        errors_.push_back(Forbidden(Child(path, rule.member), rule.detail));
      }
    }
    if (IsSet(ObjectOf(schema, "properties"), "metadata")) {
      errors_.push_back(
          Forbidden(Key(Child(path, "properties"), "metadata"), "must not be specified in a nested context"));
    }
  }

  /// What a combination speaks of must be there outside of it. `there` is null where it isn't.
  void CheckCompleteness(const Json& rules, const Json* there, const std::string& there_path,
                         const std::string& rules_path) {
    for (const std::string_view combination : kCombinations) {
      const Json& list = ListOf(rules, combination);
      for (std::size_t i = 0; i < list.size(); ++i) {
        CheckNestedCompleteness(list[i], there, there_path, Index(Child(rules_path, combination), i));
      }
    }
    if (const Json* excluded = FieldOf(rules, "not")) {
      CheckNestedCompleteness(*excluded, there, there_path, Child(rules_path, "not"));
    }
  }

  void CheckNestedCompleteness(const Json& rules, const Json* there, const std::string& there_path,
                               const std::string& rules_path) {
    if (there == nullptr) {
      errors_.push_back(Required(there_path, "because it is defined in " + rules_path));
      return;
    }
    CheckCompleteness(rules, there, there_path, rules_path);
    if (const Json* items = FieldOf(rules, "items")) {
      CheckNestedCompleteness(*items, FieldOf(*there, "items"), Child(there_path, "items"), Child(rules_path, "items"));
    }
    for (const auto& [name, property] : ObjectOf(rules, "properties").items()) {
      CheckNestedCompleteness(property, FieldOf(ObjectOf(*there, "properties"), name),
                              Key(Child(there_path, "properties"), name), Key(Child(rules_path, "properties"), name));
    }
  }

  FieldErrors errors_;
};

// ---- Defaults ------------------------------------------------------------------------------------------------------

void CheckDefaults(const Json& schema, const std::string& path, FieldErrors* errors) {
  if (const Json* value = FieldOf(schema, "default")) {
    const auto type = MakeCustomType(schema, "");
    // A scalar has nothing to prune.
    if (value->is_structured() && TextOf(schema, "type") == "object") {
      const auto pruned = decode::PruneCustom(type->root, *value);
      if (pruned && pruned->object != *value) {
        errors->push_back(Invalid(Child(path, "default"), *value, "must not have unknown fields"));
      }
    }
    Append(*errors, ValidateAgainstSchema(schema, *value, Child(path, "default")));
  }
  if (const Json* items = FieldOf(schema, "items"); items != nullptr && items->is_object()) {
    CheckDefaults(*items, Child(path, "items"), errors);
  }
  for (const auto& [name, property] : ObjectOf(schema, "properties").items()) {
    CheckDefaults(property, Key(Child(path, "properties"), name), errors);
  }
}

}  // namespace

FieldErrors ValidateSchema(const Json& schema, const std::string& path) {
  FieldErrors errors = ValidateSchemaMembers(schema, path);
  FieldErrors structural = StructuralRules().Run(schema, path);
  if (structural.empty()) {
    CheckDefaults(schema, path, &structural);
  }
  Append(errors, std::move(structural));
  return errors;
}

}  // namespace mock_kubeapi::custom
