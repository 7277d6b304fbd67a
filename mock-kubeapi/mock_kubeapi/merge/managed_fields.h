// metadata.managedFields: who owns which fields of an object. The entries are read into one manager each before an
// apply or update and written back, sorted and without empty ones, afterwards. Sources: apimachinery's managedfields
// package and the recorded managedfields-* scenarios.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/merge/field_set.h"
#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::merge {

/// How a manager came to own its fields.
enum class Operation { kApply, kUpdate };

/// What tells one manager from another. An apply is the same manager at every apiVersion; an update is not.
struct ManagerId {
  std::string manager;
  Operation operation = Operation::kUpdate;
  std::string api_version;  ///< of the entry; part of the identity of updates only
  std::string subresource;

  /// Whether both are one manager, whose fields are kept in one entry.
  bool SameManager(const ManagerId& other) const;
};

/// One owner and what it owns.
struct ManagerEntry {
  ManagerId id;
  FieldSet fields;
  std::string time;  ///< RFC 3339, of the last change; empty: the entry has none
  /// Where in the array that the owners were read from the entry stands, encoded just as it is now; kChanged: nowhere.
  std::size_t encoded_at = kChanged;

  static constexpr std::size_t kChanged = static_cast<std::size_t>(-1);
};

/// The owners of one object.
struct ManagedFields {
  std::vector<ManagerEntry> entries;

  /// The entry of that manager; null when it owns nothing.
  ManagerEntry* Find(const ManagerId& id);
  /// Replaces what the manager owns (its time stays); an empty set removes the entry.
  void Set(const ManagerId& id, FieldSet fields);
};

/// Reads metadata.managedFields. `value` may be null or an empty array: no owners. Several entries of one manager: the
/// last one counts. An error is the text of what is wrong.
std::expected<ManagedFields, std::string> DecodeManagedFields(const Json& value);

/// What the field manager has worked out of an object on its way into the store, for the next write to that object.
/// Whoever keeps it may lose it: it is worked out again.
struct OwnersMemory {
  /// The owners, in the order of metadata.managedFields, which is as EncodeManagedFields made it.
  ManagedFields managed;
  /// Of the object: the owners are at its apiVersion and in line with it. Null: nothing is remembered.
  const schema::Type* type = nullptr;
  bool object_fits = false;  ///< the type; false: not known
};

/// Of both sides of a write. Either may be null.
struct OwnersMemories {
  OwnersMemory* of_live = nullptr;    ///< used up
  OwnersMemory* of_object = nullptr;  ///< made
};

/// The array for metadata.managedFields: Apply before Update, then by time (none first), then by manager.
/// Puts the entries into that order. What has not changed is taken out of `encoded`, the array that it was read from.
Json EncodeManagedFields(ManagedFields& managed, Json encoded = nullptr);

/// Joins the oldest Update entries of a version until at most ten are left. `latest` is the one that has
/// just been written: among those of one second it is the youngest.
void CapUpdateEntries(ManagedFields& managed, const ManagerId& latest);

/// Whether metadata.managedFields of a write asks to forget all owners: no entry, or exactly one that is empty. Absent
/// or null does not.
bool IsManagedFieldsReset(const Json& value);

/// After everything else of an update has been done to `object`: takes over the stored object's managedFields (and
/// their times) when nothing but times differs, so that such a write is no change. `stored` is the object as it was.
void IgnoreManagedFieldsTimes(const Json& stored, Json& object);

}  // namespace mock_kubeapi::merge
