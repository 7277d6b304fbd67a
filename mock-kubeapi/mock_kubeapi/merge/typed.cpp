#include "mock_kubeapi/merge/typed.h"

#include <utility>
#include <vector>

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
