#include "mock_kubeapi/store/store.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mock_kubeapi {
namespace {

/// The positions of a namespace begin with this; empty for all namespaces.
std::string PrefixOf(std::string_view namespace_name) {
  return namespace_name.empty() ? std::string() : std::string(namespace_name) + "/";
}

}  // namespace

Store::Store(Options options) : options_(options), revision_(options.first_revision) {}

std::string Store::PositionOf(std::string_view namespace_name, std::string_view name) {
  std::string position;
  position.reserve(namespace_name.size() + 1 + name.size());
  if (!namespace_name.empty()) position.append(namespace_name).push_back('/');
  return position.append(name);
}

const Store::Collection* Store::FindCollection(std::string_view resource) const {
  const auto found = collections_.find(resource);
  return found == collections_.end() ? nullptr : &found->second;
}

Store::Collection& Store::CollectionOf(std::string_view resource) {
  const auto found = collections_.find(resource);
  if (found != collections_.end()) return found->second;
  Collection& made = collections_[std::string(resource)];
  made.compacted = compacted_;
  return made;
}

ObjectPtr Store::Find(const ObjectKey& key) const {
  const Collection* collection = FindCollection(key.resource);
  if (collection == nullptr) return nullptr;
  const auto found = collection->objects.find(PositionOf(key.namespace_name, key.name));
  return found == collection->objects.end() ? nullptr : found->second;
}

std::vector<JsonPtr> Store::List(std::string_view resource, std::string_view namespace_name) const {
  std::vector<JsonPtr> objects;
  Visit({.resource = resource, .namespace_name = namespace_name, .start_after = {}}, [&](const ObjectPtr& object) {
    objects.push_back(JsonOf(object));
    return true;
  });
  return objects;
}

std::uint64_t Store::LastChangeOf(std::string_view resource) const {
  const Collection* collection = FindCollection(resource);
  return collection == nullptr ? 0 : collection->last_change;
}

ObjectPtr Store::Put(const ObjectKey& key, Json object) {
  Collection& collection = CollectionOf(key.resource);
  const std::uint64_t revision = ++revision_;
  object["metadata"]["resourceVersion"] = std::to_string(revision);
  auto stored = std::make_shared<const Object>(std::move(object), revision);
  ObjectPtr& place = collection.objects[PositionOf(key.namespace_name, key.name)];
  const ChangeType type = place ? ChangeType::kModified : ChangeType::kAdded;
  ObjectPtr previous = std::exchange(place, stored);
  Record(collection, {.type = type,
                      .resource = std::string(key.resource),
                      .object = stored,
                      .previous = std::move(previous),
                      .revision = revision});
  return stored;
}

ObjectPtr Store::Remove(const ObjectKey& key) {
  Collection& collection = CollectionOf(key.resource);
  const auto found = collection.objects.find(PositionOf(key.namespace_name, key.name));
  assert(found != collection.objects.end());
  ObjectPtr previous = std::move(found->second);
  collection.objects.erase(found);
  const std::uint64_t revision = ++revision_;
  auto removed = std::make_shared<const Object>(previous, revision);
  Record(collection, {.type = ChangeType::kDeleted,
                      .resource = std::string(key.resource),
                      .object = removed,
                      .previous = std::move(previous),
                      .revision = revision});
  return removed;
}

void Store::Record(Collection& collection, Change change) {
  collection.last_change = change.revision;
  const ChangePtr shared = std::make_shared<const Change>(std::move(change));
  collection.history.push_back(shared);
  while (collection.history.size() > options_.history_per_resource_max) {
    collection.compacted = collection.history.front()->revision;
    collection.history.pop_front();
  }
  // An observer may take itself out, so the iterator moves on before the call.
  for (auto* observers : {&collection.observers, &observers_}) {
    for (auto next = observers->begin(); next != observers->end();) {
      const auto current = next++;
      current->second(shared);
    }
  }
}

void Store::Visit(const Range& range, const std::function<bool(const ObjectPtr& object)>& visit) const {
  const Collection* collection = FindCollection(range.resource);
  if (collection == nullptr) return;
  const std::string prefix = PrefixOf(range.namespace_name);
  auto at = range.start_after > prefix ? collection->objects.upper_bound(range.start_after)
                                       : collection->objects.lower_bound(prefix);
  for (; at != collection->objects.end() && at->first.starts_with(prefix); ++at) {
    if (!visit(at->second)) return;
  }
}

bool Store::VisitAt(const Range& range, std::uint64_t revision,
                    const std::function<bool(const ObjectPtr&)>& visit) const {
  const Collection* collection = FindCollection(range.resource);
  if (revision < (collection == nullptr ? compacted_ : collection->compacted)) return false;
  if (collection == nullptr) return true;
  // What later changes have hidden: going back in time, the oldest of them says what was there.
  std::map<std::string, ObjectPtr, std::less<>> then;
  for (auto change = collection->history.rbegin();
       change != collection->history.rend() && (*change)->revision > revision; ++change) {
    const Json& json = (*change)->json();
    then[PositionOf(MetaText(json, "namespace"), MetaText(json, "name"))] = (*change)->previous;
  }
  const std::string prefix = PrefixOf(range.namespace_name);
  const auto begin = [&](const auto& map) {
    return range.start_after > prefix ? map.upper_bound(range.start_after) : map.lower_bound(prefix);
  };
  const auto inside = [&](const auto& map, const auto& at) { return at != map.end() && at->first.starts_with(prefix); };
  auto now_at = begin(collection->objects);
  auto then_at = begin(then);
  while (inside(collection->objects, now_at) || inside(then, then_at)) {
    const bool from_then =
        inside(then, then_at) && (!inside(collection->objects, now_at) || then_at->first <= now_at->first);
    ObjectPtr object = from_then ? then_at->second : now_at->second;
    if (!from_then || (inside(collection->objects, now_at) && now_at->first == then_at->first)) ++now_at;
    if (from_then) ++then_at;
    if (object && !visit(object)) break;
  }
  return true;
}

std::size_t Store::CountOf(std::string_view resource) const {
  const Collection* collection = FindCollection(resource);
  return collection == nullptr ? 0 : collection->objects.size();
}

std::vector<std::string> Store::Resources() const {
  std::vector<std::string> names;
  names.reserve(collections_.size());
  for (const auto& [name, collection] : collections_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::vector<ChangePtr>> Store::ChangesAfter(std::string_view resource, std::uint64_t revision,
                                                          std::size_t changes_max) const {
  const Collection* collection = FindCollection(resource);
  if (revision < (collection == nullptr ? compacted_ : collection->compacted)) return std::nullopt;
  std::vector<ChangePtr> changes;
  if (collection == nullptr) return changes;
  auto at = std::upper_bound(collection->history.begin(), collection->history.end(), revision,
                             [](std::uint64_t wanted, const ChangePtr& change) { return wanted < change->revision; });
  for (; at != collection->history.end() && changes.size() < changes_max; ++at) changes.push_back(*at);
  return changes;
}

std::uint64_t Store::OldestRevisionOf(std::string_view resource) const {
  const Collection* collection = FindCollection(resource);
  return collection == nullptr ? compacted_ : collection->compacted;
}

void Store::Compact(std::uint64_t revision) {
  compacted_ = std::max(compacted_, revision);
  for (auto& [name, collection] : collections_) {
    collection.compacted = std::max(collection.compacted, revision);
    while (!collection.history.empty() && collection.history.front()->revision <= revision) {
      collection.history.pop_front();
    }
  }
}

int Store::Observe(std::function<void(const ChangePtr&)> observer) {
  observers_[next_handle_] = std::move(observer);
  return next_handle_++;
}

int Store::ObserveResource(std::string_view resource, std::function<void(const ChangePtr&)> observer) {
  CollectionOf(resource).observers[next_handle_] = std::move(observer);
  observed_resource_[next_handle_] = resource;
  return next_handle_++;
}

void Store::StopObserving(int handle) {
  if (const auto resource = observed_resource_.find(handle); resource != observed_resource_.end()) {
    CollectionOf(resource->second).observers.erase(handle);
    observed_resource_.erase(resource);
  }
  observers_.erase(handle);
}

}  // namespace mock_kubeapi
