// What schema_errors.cpp finds words for, as yes or no: every write asks it, and nearly always of what fits.
#include <algorithm>

#include "mock_kubeapi/merge/typed.h"
#include "mock_kubeapi/merge/typed_node.h"

namespace mock_kubeapi::merge {
namespace {

using schema::ListType;
using schema::Shape;
using schema::Type;

/// Items are few: each is compared with each. Longer lists go the long way.
constexpr std::size_t kItemsComparedMax = 24;

bool Fits(const Type& type, const Json& value, const Json* fitting);

/// Of items that have all keys.
bool SameKeys(const Type& list, const Json& a, const Json& b) {
  return std::ranges::all_of(list.map_keys,
                             [&](const std::string& key) { return CompareValues(*a.find(key), *b.find(key)) == 0; });
}

bool HasAllKeys(const Type& list, const Json& item) {
  return item.is_object() &&
         std::ranges::all_of(list.map_keys, [&](const std::string& key) { return item.contains(key); });
}

/// Whether every item can be named and no name comes twice.
bool HasDistinctItems(const Type& type, const Json& list) {
  const bool keyed = type.list_type == ListType::kMap;
  const auto is_plain = [&](const Json& item) {
    return keyed ? HasAllKeys(type, item) : item.is_primitive() && !item.is_null();
  };
  if (list.size() > kItemsComparedMax || !std::ranges::all_of(list, is_plain)) {
    return FindSchemaErrors(type, list).empty();
  }
  for (auto a = list.begin(); a != list.end(); ++a) {
    for (auto b = list.begin(); b != a; ++b) {
      if (keyed ? SameKeys(type, *a, *b) : CompareValues(*a, *b) == 0) {
        return false;
      }
    }
  }
  return true;
}

bool FitsScalar(const Type& type, const Json& value) {
  switch (type.shape) {
    case Shape::kString:
    case Shape::kBytes:
    case Shape::kDuration:
    case Shape::kQuantity:
      return value.is_string();
    case Shape::kBool:
      return value.is_boolean();
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kDouble:
      return value.is_number();
    default:
      return true;
  }
}

bool FitsList(const Type& type, const Json& value) {
  if (!value.is_array()) {
    return false;
  }
  if (type.shape == Shape::kAny) {
    return true;
  }
  if (!IsAtomic(type, Walk::kList) && !HasDistinctItems(type, value)) {
    return false;
  }
  return std::ranges::all_of(value, [&](const Json& item) { return Fits(ItemType(type), item, nullptr); });
}

bool FitsField(const Type& type, const std::string& name, const Json& value, const Json* fitting) {
  const Type* field_type = FieldType(type, name);
  if (field_type == nullptr) {
    return false;
  }
  const Json* same = nullptr;
  if (fitting != nullptr && fitting->is_object()) {
    if (const auto found = fitting->find(name); found != fitting->end()) {
      same = &*found;
    }
  }
  return Fits(*field_type, value, same);
}

bool FitsMap(const Type& type, const Json& value, const Json* fitting) {
  if (!value.is_object()) {
    return false;
  }
  for (const auto& [key, item] : value.items()) {
    if (!FitsField(type, key, item, fitting)) {
      return false;
    }
  }
  return true;
}

bool Fits(const Type& type, const Json& value, const Json* fitting) {
  if (value.is_null() || (fitting != nullptr && value == *fitting)) {
    return true;
  }
  switch (WalkOf(type, value)) {
    case Walk::kScalar:
      return FitsScalar(type, value);
    case Walk::kList:
      return FitsList(type, value);
    case Walk::kMap:
      return FitsMap(type, value, fitting);
  }
  return true;
}

}  // namespace

bool FieldFitsSchema(const Type& type, const Json& object, const char* field) {
  const auto value = object.find(field);
  return value == object.end() || FitsField(type, field, *value, nullptr);
}

bool FitsSchema(const Type& type, const Json& object, const Json* fitting) {
  if (!object.is_object()) {
    return FindSchemaErrors(type, object).empty();
  }
  for (const auto& [key, value] : object.items()) {
    if (key != "metadata" || !value.is_object()) {
      if (!FitsField(type, key, value, fitting)) {
        return false;
      }
      continue;
    }
    const Type* metadata_type = FieldType(type, key);
    if (metadata_type == nullptr) {
      return false;
    }
    if (WalkOf(*metadata_type, value) != Walk::kMap) {
      if (!Fits(*metadata_type, value, nullptr)) {
        return false;
      }
      continue;
    }
    const Json* same = nullptr;
    if (fitting != nullptr && fitting->is_object() && fitting->contains(key)) {
      same = &(*fitting)[key];
    }
    for (const auto& [name, field] : value.items()) {
      if (name != "managedFields" && !FitsField(*metadata_type, name, field, same)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace mock_kubeapi::merge
