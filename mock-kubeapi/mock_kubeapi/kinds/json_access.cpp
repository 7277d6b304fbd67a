#include "mock_kubeapi/kinds/json_access.h"

#include <algorithm>
#include <utility>

namespace mock_kubeapi {
namespace {

bool IsNothing(const Json* value) {
  return value == nullptr || value->is_null() || ((value->is_object() || value->is_array()) && value->empty());
}

}  // namespace

const Json* FieldOf(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Json* FieldOf(Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool IsSet(const Json& object, std::string_view name) {
  return FieldOf(object, name) != nullptr;
}

const Json& ListOf(const Json& object, std::string_view name) {
  static const Json empty = Json::array();
  const Json* value = FieldOf(object, name);
  return value != nullptr && value->is_array() ? *value : empty;
}

const Json& ObjectOf(const Json& object, std::string_view name) {
  static const Json empty = Json::object();
  const Json* value = FieldOf(object, name);
  return value != nullptr && value->is_object() ? *value : empty;
}

const std::string& TextOf(const Json& object, std::string_view name) {
  static const std::string empty;
  const Json* value = FieldOf(object, name);
  return value != nullptr && value->is_string() ? value->get_ref<const std::string&>() : empty;
}

std::optional<std::int64_t> IntegerOf(const Json& object, std::string_view name) {
  const Json* value = FieldOf(object, name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<std::int64_t>();
}

bool IsTrue(const Json& object, std::string_view name) {
  const Json* value = FieldOf(object, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

const std::string& UidOf(const Json& object) {
  return TextOf(ObjectOf(object, "metadata"), "uid");
}

bool IsBeingDeleted(const Json& object) {
  return IsSet(ObjectOf(object, "metadata"), "deletionTimestamp");
}

bool HasFinalizer(const Json& object, std::string_view finalizer) {
  const Json& finalizers = ListOf(ObjectOf(object, "metadata"), "finalizers");
  return std::find(finalizers.begin(), finalizers.end(), finalizer) != finalizers.end();
}

void SetDefault(Json& object, std::string_view name, Json value) {
  if (!IsSet(object, name)) object[std::string(name)] = std::move(value);
}

void SetDefaultText(Json& object, std::string_view name, std::string_view value) {
  if (TextOf(object, name).empty()) object[std::string(name)] = value;
}

Json CopyWithStatus(const Json& object, Json status) {
  Json copy = Json::object();
  auto& members = copy.get_ref<Json::object_t&>();
  for (const auto& [name, value] : object.items()) {
    if (name != "status") members.emplace_hint(members.end(), name, value);
  }
  members["status"] = std::move(status);
  return copy;
}

bool SemanticallyEqual(const Json* a, const Json* b) {
  if (IsNothing(a) || IsNothing(b)) return IsNothing(a) && IsNothing(b);
  if (*a == *b) return true;
  if (a->is_object() && b->is_object()) {
    return std::ranges::all_of(
               a->items(),
               [&](const auto& item) { return SemanticallyEqual(&item.value(), FieldOf(*b, item.key())); }) &&
           std::ranges::all_of(b->items(),
                               [&](const auto& item) { return a->contains(item.key()) || IsNothing(&item.value()); });
  }
  if (a->is_array() && b->is_array()) {
    return std::ranges::equal(*a, *b,
                              [](const Json& left, const Json& right) { return SemanticallyEqual(&left, &right); });
  }
  return false;
}

}  // namespace mock_kubeapi
