// How two values of a type differ.
#include <string_view>
#include <utility>

#include "mock_kubeapi/merge/typed.h"
#include "mock_kubeapi/merge/typed_node.h"

namespace mock_kubeapi::merge {
namespace {

using schema::Type;

/// How one node differs, and what differs below it.
struct Difference {
  bool removed = false;
  bool modified = false;
  bool added = false;
  Comparison below;

  void AddChild(PathElement element, Difference child) {
    const bool is_removed = child.removed || !child.below.removed.Empty();
    const bool is_modified = child.modified || !child.below.modified.Empty();
    const bool is_added = child.added || !child.below.added.Empty();
    if (is_removed) below.removed.Add(element, child.removed, std::move(child.below.removed));
    if (is_modified) below.modified.Add(element, child.modified, std::move(child.below.modified));
    if (is_added) below.added.Add(std::move(element), child.added, std::move(child.below.added));
  }
};

/// Either side may be absent (null pointer).
Difference CompareNodes(const Type& type, const Json* old, const Json* fresh);

/// A list where there was none.
void AddItems(const Type& type, const Json& fresh, Difference& difference) {
  for (const Json& item : fresh) {
    auto element = ItemElement(type, item);
    // Of several items of one name the first one counts.
    if (element && !difference.below.added.HasHere(*element)) {
      difference.AddChild(*std::move(element), CompareNodes(ItemType(type), nullptr, &item));
    }
  }
}

void CompareItems(const Type& type, const Json* old, const Json* fresh, Difference& difference) {
  if (old == nullptr && fresh->is_array()) {
    AddItems(type, *fresh, difference);
    return;
  }
  const IndexedList old_index = IndexList(type, old);
  const IndexedList fresh_index = IndexList(type, fresh);
  for (const auto& [element, item] : old_index.items) {
    difference.AddChild(element, CompareNodes(ItemType(type), item, fresh_index.Find(element)));
  }
  for (const auto& [element, item] : fresh_index.items) {
    if (old_index.Find(element) == nullptr) {
      difference.AddChild(element, CompareNodes(ItemType(type), nullptr, item));
    }
  }
}

/// `left_out` names a field that is not looked at.
void CompareFields(const Type& type, const Json* old, const Json* fresh, Difference& difference,
                   std::string_view left_out = {}) {
  static const Json nothing = Json::object();
  const Json& old_map = old != nullptr && old->is_object() ? *old : nothing;
  const Json& fresh_map = fresh != nullptr && fresh->is_object() ? *fresh : nothing;
  auto a = old_map.begin();
  auto b = fresh_map.begin();
  while (a != old_map.end() || b != fresh_map.end()) {
    const Json* left = nullptr;
    const Json* right = nullptr;
    const bool take_left = b == fresh_map.end() || (a != old_map.end() && a.key() <= b.key());
    const bool take_right = a == old_map.end() || (b != fresh_map.end() && b.key() <= a.key());
    const std::string& key = take_left ? a.key() : b.key();
    if (take_left) {
      left = &a.value();
    }
    if (take_right) {
      right = &b.value();
    }
    if (const Type* field_type = key == left_out ? nullptr : FieldType(type, key); field_type != nullptr) {
      if (Difference child = CompareNodes(*field_type, left, right);
          child.removed || child.modified || child.added || !child.below.Same()) {
        difference.AddChild(PathElement::Field(key), std::move(child));
      }
    }
    if (take_left) {
      ++a;
    }
    if (take_right) {
      ++b;
    }
  }
}

void CompareAs(const Type& type, Walk walk, const Json* old, const Json* fresh, Difference& difference) {
  if (IsLeaf(type, walk, old, fresh)) {
    difference.added = old == nullptr;
    difference.removed = fresh == nullptr;
    difference.modified = old != nullptr && fresh != nullptr && *old != *fresh;
    return;
  }
  if (walk == Walk::kList) {
    CompareItems(type, old, fresh, difference);
  } else {
    CompareFields(type, old, fresh, difference);
  }
  difference.added = difference.added || old == nullptr;
  difference.removed = difference.removed || fresh == nullptr;
}

Difference CompareNodes(const Type& type, const Json* old, const Json* fresh) {
  Difference difference;
  // Most of an object stays as it is: to see that takes no memory.
  if (old == nullptr ? fresh == nullptr : fresh != nullptr && *old == *fresh) {
    return difference;
  }
  const Walk walk = WalkOf(type, fresh != nullptr ? *fresh : *old);
  // Where anything is allowed, the two may be of different kinds: then what was below the old one has gone.
  if (old != nullptr && fresh != nullptr) {
    if (const Walk old_walk = WalkOf(type, *old); old_walk != walk) {
      CompareAs(type, old_walk, old, fresh, difference);
    }
  }
  CompareAs(type, walk, old, fresh, difference);
  return difference;
}

}  // namespace

Comparison CompareTyped(const Type& type, const Json& old, const Json& fresh) {
  return CompareNodes(type, &old, &fresh).below;
}

Comparison CompareField(const Type& type, const Json& live, const Json& fresh, const char* field) {
  Difference difference;
  if (const Type* field_type = FieldType(type, field); field_type != nullptr) {
    const auto old_value = live.find(field);
    const auto new_value = fresh.find(field);
    difference.AddChild(PathElement::Field(field),
                        CompareNodes(*field_type, old_value == live.end() ? nullptr : &*old_value,
                                     new_value == fresh.end() ? nullptr : &*new_value));
  }
  return std::move(difference.below);
}

std::optional<Comparison> CompareObjects(const Type& type, const Json& live, const Json& fresh) {
  constexpr const char* kMetadata = "metadata";
  constexpr const char* kManagedFields = "managedFields";
  const Type* metadata_type =
      type.shape == schema::Shape::kObject && !type.atomic ? FieldType(type, kMetadata) : nullptr;
  if (metadata_type == nullptr || metadata_type->shape != schema::Shape::kObject || metadata_type->atomic ||
      !live.is_object() || !fresh.is_object()) {
    return std::nullopt;
  }
  const auto live_metadata = live.find(kMetadata);
  const auto fresh_metadata = fresh.find(kMetadata);
  // Where there is something else, what is left out does not decide how the two are compared.
  const auto has_more = [&](const Json& metadata) {
    return metadata.is_object() && metadata.size() > (metadata.contains(kManagedFields) ? 1U : 0U);
  };
  if (live_metadata == live.end() || fresh_metadata == fresh.end() || !has_more(*live_metadata) ||
      !has_more(*fresh_metadata)) {
    return std::nullopt;
  }
  Difference difference;
  CompareFields(type, &live, &fresh, difference, kMetadata);
  Difference metadata;
  CompareFields(*metadata_type, &*live_metadata, &*fresh_metadata, metadata, kManagedFields);
  difference.AddChild(PathElement::Field(kMetadata), std::move(metadata));
  return std::move(difference.below);
}

}  // namespace mock_kubeapi::merge
