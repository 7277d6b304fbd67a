// An object as the store keeps it: an immutable value that readers, watchers and the history share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

namespace merge {
struct OwnersMemory;
}

/// Names an object in the store. `resource` is ResourceName::Qualified() of the collection ("secrets", "jobs.batch");
/// `namespace_name` is empty for cluster-scoped kinds. Views: the caller keeps the texts alive.
struct ObjectKey {
  std::string_view resource;
  std::string_view namespace_name;
  std::string_view name;
};

/// One state of one object, metadata.resourceVersion included.
class Object {
 public:
  Object(Json json, std::uint64_t revision) : json_(std::move(json)), revision_(revision) {}
  /// `earlier` at another resourceVersion. Its JSON is made when somebody looks at it, which few do: it is the last
  /// state of something deleted.
  Object(std::shared_ptr<const Object> earlier, std::uint64_t revision)
      : earlier_(std::move(earlier)), revision_(revision) {}

  /// Not thread-safe at the first call (the store's owner serialises).
  const Json& json() const {
    if (earlier_ != nullptr) CopyEarlier();
    return json_;
  }
  /// metadata.resourceVersion as a number.
  std::uint64_t revision() const { return revision_; }
  /// The members except apiVersion and kind as JSON text without the braces, made at the first call and kept: GET, LIST
  /// and each watcher send the same bytes, a list leaves apiVersion and kind out. Not thread-safe (the store's owner
  /// serialises).
  const std::string& MembersText() const;

  /// What is remembered of the object's owners for the next write to it (merge/managed_fields.h), handed out; null when
  /// nothing is. Not thread-safe either.
  std::shared_ptr<merge::OwnersMemory> TakeOwners() const { return std::move(owners_); }
  void KeepOwners(std::shared_ptr<merge::OwnersMemory> owners) const { owners_ = std::move(owners); }

 private:
  void CopyEarlier() const;

  mutable Json json_;
  mutable std::shared_ptr<const Object> earlier_;
  std::uint64_t revision_ = 0;
  mutable std::string members_text_;
  mutable std::shared_ptr<merge::OwnersMemory> owners_;
};

using ObjectPtr = std::shared_ptr<const Object>;
using JsonPtr = std::shared_ptr<const Json>;

/// The object's JSON, kept alive by the pointer; null for null.
inline JsonPtr JsonOf(const ObjectPtr& object) {
  return object ? JsonPtr(object, &object->json()) : nullptr;
}

/// As Object::MembersText.
std::string MembersTextOf(const Json& object);

/// metadata.name, .namespace, .uid …: an empty text where the field is missing or no string.
std::string_view MetaText(const Json& object, const char* field);

}  // namespace mock_kubeapi
