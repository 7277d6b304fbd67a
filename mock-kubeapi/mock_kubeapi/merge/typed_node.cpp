#include "mock_kubeapi/merge/typed_node.h"

#include <utility>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::merge {
namespace {

using schema::ListType;
using schema::Shape;
using schema::Type;

/// Below values whose type is not known: scalars and lists are leaves, maps are walked key by key.
const Type& AnyType() {
  static const Type type{.shape = Shape::kAny};
  return type;
}

std::expected<PathElement, std::string> KeyedItemElement(const Type& list, const Json& item) {
  if (item.is_null()) {
    return std::unexpected("associative list with keys may not have a null element");
  }
  if (!item.is_object()) {
    return std::unexpected("associative list with keys may not have non-map elements");
  }
  Json keys = Json::object();
  for (const std::string& name : list.map_keys) {
    if (const auto value = item.find(name); value != item.end()) {
      keys[name] = *value;
      continue;
    }
    const schema::Field* field = ItemType(list).Find(name);
    if (field == nullptr || field->default_json.empty()) {
      return std::unexpected("associative list with keys has an element that omits key field " + GoQuote(name) +
                             " (and doesn't have default value)");
    }
    keys[name] = Json::parse(field->default_json);
  }
  return PathElement::Key(std::move(keys));
}

std::expected<PathElement, std::string> SetItemElement(const Json& item) {
  if (item.is_object()) {
    return std::unexpected("associative list without keys has an element that's a map type");
  }
  if (item.is_array()) {
    return std::unexpected("not supported: associative list with lists as elements");
  }
  if (item.is_null()) {
    return std::unexpected("associative list without keys has an element that's an explicit null");
  }
  return PathElement::Value(item);
}

}  // namespace

Walk WalkOf(const Type& type, const Json& value) {
  switch (type.shape) {
    case Shape::kObject:
    case Shape::kMap:
      return Walk::kMap;
    case Shape::kList:
      return Walk::kList;
    case Shape::kAny:
      if (value.is_object() || value.is_null()) {
        return Walk::kMap;
      }
      return value.is_array() ? Walk::kList : Walk::kScalar;
    default:
      return Walk::kScalar;
  }
}

const Type* FieldType(const Type& type, const std::string& name) {
  switch (type.shape) {
    case Shape::kObject:
      if (const schema::Field* field = type.Find(name); field != nullptr) {
        return field->type;
      }
      return type.preserve_unknown ? &AnyType() : nullptr;
    case Shape::kMap:
      return type.element;
    case Shape::kAny:
      return &AnyType();
    default:
      return nullptr;
  }
}

bool IsNamedField(const Type& type, const std::string& name) {
  return type.shape == Shape::kObject && type.Find(name) != nullptr;
}

bool IsAtomic(const Type& type, Walk walk) {
  if (walk == Walk::kList) {
    return type.shape == Shape::kAny || type.list_type == ListType::kAtomic;
  }
  return type.atomic;
}

std::expected<PathElement, std::string> ItemElement(const Type& list, const Json& item) {
  return list.list_type == ListType::kMap ? KeyedItemElement(list, item) : SetItemElement(item);
}

const Type& ItemType(const Type& list) {
  return list.element != nullptr ? *list.element : AnyType();
}

IndexedList IndexList(const Type& type, const Json* list) {
  IndexedList index;
  if (list == nullptr || !list->is_array()) {
    return index;
  }
  for (const Json& item : *list) {
    if (auto element = ItemElement(type, item)) {
      index.order.push_back(*element);
      index.items.emplace(std::move(*element), &item);
    }
  }
  return index;
}

bool HasItems(const Json* value, Walk walk) {
  return value != nullptr && (walk == Walk::kList ? value->is_array() : value->is_object()) && !value->empty();
}

bool IsLeaf(const Type& type, Walk walk, const Json* left, const Json* right) {
  return walk == Walk::kScalar || IsAtomic(type, walk) || (!HasItems(left, walk) && !HasItems(right, walk));
}

}  // namespace mock_kubeapi::merge
