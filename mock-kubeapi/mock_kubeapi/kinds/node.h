// Nodes (core/v1): the row of the table of kinds. There are none unless somebody makes them.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.core.v1.Node.
Kind NodeKind(const schema::Type* type);

}  // namespace mock_kubeapi
