// How controllers write: through the same admission, defaulting, validation and field tracking as a request, without
// HTTP and without authorisation. Reading goes through StoreReader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

struct DeleteRequest {
  std::string propagation_policy;  ///< "Background", "Foreground", "Orphan"; empty: the kind's default
  std::optional<std::int64_t> grace_period_seconds;
  std::string uid;               ///< precondition; empty: none
  std::string resource_version;  ///< precondition; empty: none
};

/// Objects are given with metadata; `kind` says which collection and version they are of. The field manager is the
/// client's own. A client belongs to one controller; all calls happen under the owner's lock.
class ObjectClient {
 public:
  virtual ~ObjectClient() = default;
  virtual const StoreReader& store() const = 0;
  /// The row, which must exist for built-in kinds: `client.kind({"batch", "v1", "jobs"})`. Null for unknown ones.
  virtual KindPtr FindKind(const GroupVersionResource& name) const = 0;

  /// metadata.namespace says where. generateName is honoured. Returns what is stored.
  virtual Result<JsonPtr> Create(const Kind& kind, Json object) = 0;
  /// Replaces the object; with metadata.resourceVersion only if it is still at that one (409 else). `subresource` is
  /// empty or e.g. "status". An unchanged object makes no new resourceVersion.
  virtual Result<JsonPtr> Update(const Kind& kind, Json object, const std::string& subresource) = 0;
  /// Deletes as DELETE does (finalizers, grace period, propagation). A missing object is a 404.
  virtual Result<void> Delete(const Kind& kind, const std::string& namespace_name, const std::string& name,
                              const DeleteRequest& request) = 0;
};

}  // namespace mock_kubeapi
