// The answer to an apply that others' fields stand in the way of.
#pragma once

#include <vector>

#include "mock_kubeapi/merge/managed_fields.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::merge {

/// One field that another manager owns with another value.
struct Conflict {
  ManagerId manager;
  Path path;
};

/// 409 with one cause per field: `Apply failed with 1 conflict: conflict with "x" using v1: .data.a`, or with more than
/// one, grouped by manager. `conflicts` is not empty.
ApiError ApplyConflictError(std::vector<Conflict> conflicts);

}  // namespace mock_kubeapi::merge
