// Deletion as every kind has it: preconditions, grace period, finalizers, propagation. Requests and controllers delete
// through it.
// Source: apiserver's registry/generic/registry/store.go, registry/rest/delete.go and the Namespace storage.
#pragma once

#include <string>

#include "mock_kubeapi/api/object_writer.h"
#include "mock_kubeapi/api/options.h"

namespace mock_kubeapi {

struct Deleted {
  ObjectPtr object;      ///< its last state, or the state in which it waits
  bool is_gone = false;  ///< false: it waits for finalizers, its grace period …
  /// Answer with a Status that names the object rather than with the object.
  bool answer_is_status = false;
};

/// Deletes one object. Errors: 404, 403 for the namespaces that every cluster has, 409 for preconditions.
Result<Deleted> DeleteObject(const WriteServices& services, const WriteTarget& target, const std::string& name,
                             const DeleteOptions& options);

/// The Status that answers a deletion.
Json DeletedStatus(const Kind& kind, const Json& object);

}  // namespace mock_kubeapi
