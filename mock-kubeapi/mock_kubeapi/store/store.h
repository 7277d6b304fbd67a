// All objects of the mock, with one global resourceVersion and a history of changes, as etcd and the watch cache give
// them to an API server: consistent lists at a past revision, watches that resume, compaction (410 Expired).
// Pure: no clock, no lock, no validation. Thread-compatible: the owner serialises calls (mock_http::Endpoint).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mock_kubeapi/store/object.h"

namespace mock_kubeapi {

/// What a kind's functions, the authorizer and the token check see of the store.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  /// The current state; null when there is no such object.
  virtual JsonPtr Get(const ObjectKey& key) const = 0;
  /// The current objects of a collection in order of namespace and name; of one namespace when it is not empty.
  virtual std::vector<JsonPtr> List(std::string_view resource, std::string_view namespace_name = {}) const = 0;
  /// The revision of the last change to the collection; 0 when it never had one. Unchanged means: nothing in it
  /// changed.
  virtual std::uint64_t LastChangeOf(std::string_view resource) const = 0;
};

enum class ChangeType : std::uint8_t { kAdded, kModified, kDeleted };

/// One step of the history. For a deletion `object` is the last state with the deletion's revision.
struct Change {
  ChangeType type = ChangeType::kAdded;
  std::string resource;
  ObjectPtr object;
  ObjectPtr previous;  ///< the state before; null for kAdded
  std::uint64_t revision = 0;

  /// The object, but for its resourceVersion when it was deleted: that takes no copy.
  const Json& json() const { return type == ChangeType::kDeleted && previous ? previous->json() : object->json(); }
};
using ChangePtr = std::shared_ptr<const Change>;

class Store final : public StoreReader {
 public:
  struct Options {
    /// The revision before the first change; the first one gets the next number.
    std::uint64_t first_revision = 1;
    /// Changes kept per collection; older ones are compacted.
    std::size_t history_per_resource_max = 20000;
  };

  explicit Store(Options options);
  Store() : Store(Options{}) {}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  JsonPtr Get(const ObjectKey& key) const override { return JsonOf(Find(key)); }
  std::vector<JsonPtr> List(std::string_view resource, std::string_view namespace_name = {}) const override;
  std::uint64_t LastChangeOf(std::string_view resource) const override;

  /// The revision of the last change anywhere.
  std::uint64_t revision() const { return revision_; }
  /// The next change will get this revision.
  std::uint64_t NextRevision() const { return revision_ + 1; }

  ObjectPtr Find(const ObjectKey& key) const;
  /// Creates or replaces the object at `key`; sets metadata.resourceVersion. Returns what is stored.
  ObjectPtr Put(const ObjectKey& key, Json object);
  /// Removes the object at `key`, which must exist. Returns its last state, with the deletion's resourceVersion.
  ObjectPtr Remove(const ObjectKey& key);

  /// Where in a collection a list is, and how much of it is wanted.
  struct Range {
    std::string_view resource;
    std::string_view namespace_name;  ///< empty: all
    std::string_view start_after;     ///< "namespace/name" or "name" as PositionOf gives it; empty: from the beginning
  };
  /// Calls `visit` for each current object of the range in order until it returns false.
  void Visit(const Range& range, const std::function<bool(const ObjectPtr& object)>& visit) const;
  /// The same as of `revision`. False when that is older than the history (the caller answers 410).
  bool VisitAt(const Range& range, std::uint64_t revision, const std::function<bool(const ObjectPtr&)>& visit) const;
  /// An object's place in its collection's order.
  static std::string PositionOf(std::string_view namespace_name, std::string_view name);
  std::size_t CountOf(std::string_view resource) const;
  /// The collections that hold or held objects.
  std::vector<std::string> Resources() const;

  /// The changes of `resource` after `revision`, at most `changes_max`, oldest first. nullopt when some of them are
  /// compacted.
  std::optional<std::vector<ChangePtr>> ChangesAfter(std::string_view resource, std::uint64_t revision,
                                                     std::size_t changes_max) const;
  /// Changes after this revision are all known.
  std::uint64_t OldestRevisionOf(std::string_view resource) const;
  /// Forgets the history up to `revision`: lists and watches from before answer 410.
  void Compact(std::uint64_t revision);

  /// Calls `observer` after each change, in order of subscription. It must not change the store. Returns a handle.
  int Observe(std::function<void(const ChangePtr&)> observer);
  /// As Observe for one collection; for watches.
  int ObserveResource(std::string_view resource, std::function<void(const ChangePtr&)> observer);
  void StopObserving(int handle);

 private:
  struct Collection {
    std::map<std::string, ObjectPtr, std::less<>> objects;  ///< by PositionOf
    std::deque<ChangePtr> history;
    std::uint64_t last_change = 0;
    std::uint64_t compacted = 0;  ///< changes up to this revision are forgotten
    std::map<int, std::function<void(const ChangePtr&)>> observers;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  const Collection* FindCollection(std::string_view resource) const;
  Collection& CollectionOf(std::string_view resource);
  void Record(Collection& collection, Change change);

  Options options_;
  std::uint64_t revision_ = 0;
  std::uint64_t compacted_ = 0;
  int next_handle_ = 1;
  std::unordered_map<std::string, Collection, TextHash, std::equal_to<>> collections_;
  std::map<int, std::function<void(const ChangePtr&)>> observers_;
  std::unordered_map<int, std::string> observed_resource_;
};

}  // namespace mock_kubeapi
