#include "mock_kubeapi/custom/defaulting.h"

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::custom {
namespace {

bool IsForbiddenNull(const Json& value, const Json& schema) {
  return value.is_null() && !IsTrue(schema, "nullable");
}

/// The schema of an object's member; null where there is none.
const Json* MemberSchema(const Json& schema, const std::string& name) {
  if (const Json* property = FieldOf(ObjectOf(schema, "properties"), name)) {
    return property;
  }
  const Json* values = FieldOf(schema, "additionalProperties");
  return values != nullptr && values->is_object() ? values : nullptr;
}

}  // namespace

void ApplyDefaults(const Json& schema, Json& value) {
  if (value.is_object()) {
    for (auto it = value.begin(); it != value.end();) {
      const Json* member = MemberSchema(schema, it.key());
      it = member != nullptr && IsForbiddenNull(*it, *member) && !IsSet(*member, "default") ? value.erase(it) : ++it;
    }
    for (const auto& [name, property] : ObjectOf(schema, "properties").items()) {
      const Json* fallback = FieldOf(property, "default");
      if (fallback == nullptr) {
        continue;
      }
      const auto found = value.find(name);
      if (found == value.end() || IsForbiddenNull(*found, property)) {
        value[name] = *fallback;
      }
    }
    for (const auto& [name, member] : value.items()) {
      if (const Json* member_schema = MemberSchema(schema, name)) {
        if (IsForbiddenNull(member, *member_schema)) {
          member = (*member_schema)["default"];
        }
        ApplyDefaults(*member_schema, member);
      }
    }
  } else if (value.is_array()) {
    const Json* items = FieldOf(schema, "items");
    if (items == nullptr) {
      return;
    }
    for (Json& item : value) {
      if (IsForbiddenNull(item, *items) && IsSet(*items, "default")) {
        item = (*items)["default"];
      }
      ApplyDefaults(*items, item);
    }
  }
}

}  // namespace mock_kubeapi::custom
