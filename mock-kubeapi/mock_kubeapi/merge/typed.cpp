#include "mock_kubeapi/merge/typed.h"

#include <map>
#include <string_view>
#include <utility>

#include "mock_kubeapi/merge/typed_node.h"

namespace mock_kubeapi::merge {
namespace {

using schema::Type;

bool IsEmptyObject(const Json& value) {
  return value.is_object() && value.empty();
}

/// What one value says of itself and of what is below it.
struct OwnFields {
  bool member = false;
  FieldSet below;
};

OwnFields CollectFields(const Type& type, const Json& value);

OwnFields CollectListFields(const Type& type, const Json& value) {
  if (IsAtomic(type, Walk::kList)) {
    return {.member = true, .below = {}};
  }
  OwnFields own;
  if (value.is_array()) {
    for (const Json& item : value) {
      if (auto element = ItemElement(type, item)) {
        own.below.Add(std::move(*element), true, CollectFields(ItemType(type), item).below);
      }
    }
  }
  return own;
}

OwnFields CollectMapFields(const Type& type, const Json& value) {
  if (IsAtomic(type, Walk::kMap)) {
    return {.member = true, .below = {}};
  }
  OwnFields own;
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      const Type* field_type = FieldType(type, key);
      if (field_type == nullptr) {
        continue;
      }
      OwnFields field = CollectFields(*field_type, item);
      // A null and an empty map own themselves: there is no leaf below them to own.
      const bool member = field.member || item.is_null() || IsEmptyObject(item) || !IsNamedField(type, key);
      own.below.Add(PathElement::Field(key), member, std::move(field.below));
    }
  }
  return own;
}

OwnFields CollectFields(const Type& type, const Json& value) {
  switch (WalkOf(type, value)) {
    case Walk::kScalar:
      break;
    case Walk::kList:
      return CollectListFields(type, value);
    case Walk::kMap:
      return CollectMapFields(type, value);
  }
  return {.member = true, .below = {}};
}

/// A list's items by their path elements, in the list's order.
struct IndexedList {
  std::vector<PathElement> order;
  std::map<PathElement, const Json*> items;

  const Json* Find(const PathElement& element) const {
    const auto found = items.find(element);
    return found == items.end() ? nullptr : found->second;
  }
};

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

/// Nothing to descend into: absent, null, empty or of another kind.
bool HasItems(const Json* value, Walk walk) {
  return value != nullptr && (walk == Walk::kList ? value->is_array() : value->is_object()) && !value->empty();
}

bool IsLeaf(const Type& type, Walk walk, const Json* left, const Json* right) {
  return walk == Walk::kScalar || IsAtomic(type, walk) || (!HasItems(left, walk) && !HasItems(right, walk));
}

Json MergeLists(const Type& type, const Json& live, const Json& config);

/// Merges into `target`, which is the live value.
void Merge(const Type& type, Json& target, const Json& config) {
  const Walk walk = WalkOf(type, config);
  if (IsLeaf(type, walk, &target, &config)) {
    target = config;
    return;
  }
  if (walk == Walk::kList) {
    target = MergeLists(type, target, config);
    return;
  }
  if (!target.is_object()) {
    target = Json::object();
  }
  if (!config.is_object()) {
    return;
  }
  for (const auto& [key, item] : config.items()) {
    const Type* field_type = FieldType(type, key);
    const auto [at, is_new] = target.get_ref<Json::object_t&>().try_emplace(key);
    if (is_new || field_type == nullptr) {
      at->second = item;
    } else {
      Merge(*field_type, at->second, item);
    }
  }
}

/// Walks both lists at once: what both have comes in the order of `config`, what only `live` has stays where it is
/// between those.
class ListMerger {
 public:
  ListMerger(const Type& type, const Json& live, const Json& config)
      : type_(type), live_(IndexList(type, &live)), config_(IndexList(type, &config)) {
    for (const PathElement& element : config_.order) {
      if (live_.Find(element) != nullptr) {
        shared_.push_back(&element);
      }
    }
  }

  Json Run() {
    std::size_t at_live = 0;
    std::size_t at_config = 0;
    while (at_live < live_.order.size() || at_config < config_.order.size()) {
      if (at_live < live_.order.size()) {
        const PathElement& element = live_.order[at_live];
        if (config_.Find(element) == nullptr) {
          out_.push_back(*live_.Find(element));
          ++at_live;
          continue;
        }
        const bool is_next_shared = next_shared_ < shared_.size() && *shared_[next_shared_] == element;
        if (!is_next_shared) {
          // Shared, but its turn in the order of `config` is another time.
          ++at_live;
          continue;
        }
      }
      if (at_config < config_.order.size()) {
        const PathElement& element = config_.order[at_config];
        const bool shared = Take(element);
        ++at_config;
        if (shared && at_live < live_.order.size() && live_.order[at_live] == element) {
          ++at_live;
        }
      }
    }
    return std::move(out_);
  }

 private:
  /// Appends the item of `config`, merged with the one in `live`; says whether there is one.
  bool Take(const PathElement& element) {
    const Json* live = live_.Find(element);
    const Json& config = *config_.Find(element);
    if (live == nullptr) {
      out_.push_back(config);
      return false;
    }
    out_.push_back(*live);
    Merge(ItemType(type_), out_.back(), config);
    if (next_shared_ < shared_.size() && *shared_[next_shared_] == element) {
      ++next_shared_;
    }
    return true;
  }

  const Type& type_;
  IndexedList live_;
  IndexedList config_;
  std::vector<const PathElement*> shared_;  ///< what both have, in the order of `config`
  std::size_t next_shared_ = 0;
  Json out_ = Json::array();
};

Json MergeLists(const Type& type, const Json& live, const Json& config) {
  return ListMerger(type, live, config).Run();
}

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

Json RemoveFrom(const Type& type, const Json& value, const FieldSet& fields);

Json RemoveItems(const Type& type, const Json& value, const FieldSet& fields) {
  Json kept = Json::array();
  for (const Json& item : value) {
    const auto element = ItemElement(type, item);
    if (!element) {
      kept.push_back(item);
    } else if (!fields.HasHere(*element)) {
      const FieldSet* below = fields.Below(*element);
      kept.push_back(below == nullptr ? item : RemoveFrom(ItemType(type), item, *below));
    }
  }
  return kept.empty() ? Json() : kept;
}

Json RemoveFrom(const Type& type, const Json& value, const FieldSet& fields) {
  const Walk walk = WalkOf(type, value);
  if (walk == Walk::kScalar) {
    return value;
  }
  if (!HasItems(&value, walk) || IsAtomic(type, walk)) {
    return nullptr;
  }
  if (walk == Walk::kList) {
    return RemoveItems(type, value, fields);
  }
  Json kept = Json::object();
  for (const auto& [key, item] : value.items()) {
    const PathElement element = PathElement::Field(key);
    if (fields.HasHere(element)) {
      continue;
    }
    const FieldSet* below = fields.Below(element);
    const Type* field_type = FieldType(type, key);
    kept[key] = below == nullptr || field_type == nullptr ? item : RemoveFrom(*field_type, item, *below);
  }
  return kept.empty() ? Json() : kept;
}

/// The type below a path element; null where the schema ends.
const Type* TypeBelow(const Type& type, const PathElement& element) {
  switch (element.kind()) {
    case PathElement::Kind::kField:
      return FieldType(type, element.name());
    case PathElement::Kind::kKey:
      return type.shape == schema::Shape::kList ? &ItemType(type) : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

FieldSet FieldsOf(const Type& type, const Json& value) {
  return CollectFields(type, value).below;
}

Json MergeTyped(const Type& type, const Json& live, const Json& config) {
  Json merged = live;
  Merge(type, merged, config);
  return merged;
}

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

Json RemoveFields(const Type& type, const Json& value, const FieldSet& fields) {
  return RemoveFrom(type, value, fields);
}

FieldSet WithNamedFields(const Type& type, const FieldSet& fields) {
  FieldSet out;
  for (const FieldSet::Node& node : fields.nodes()) {
    const bool named = !node.below.Empty() && node.element.kind() == PathElement::Kind::kField &&
                       IsNamedField(type, node.element.name());
    const Type* below = TypeBelow(type, node.element);
    out.Add(node.element, node.member || named, below == nullptr ? node.below : WithNamedFields(*below, node.below));
  }
  return out;
}

FieldSet ReconcileWithSchema(const Type& type, const FieldSet& fields) {
  FieldSet out;
  for (const FieldSet::Node& node : fields.nodes()) {
    const Type* below = TypeBelow(type, node.element);
    if (below == nullptr || below->shape == schema::Shape::kAny || node.below.Empty()) {
      out.Add(node.element, node.member, node.below);
    } else if (IsAtomic(*below, WalkOf(*below, nullptr))) {
      out.Add(node.element, true, {});
    } else {
      out.Add(node.element, node.member, ReconcileWithSchema(*below, node.below));
    }
  }
  return out;
}

}  // namespace mock_kubeapi::merge
