// Namespaces (core/v1): the row of the table of kinds.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.core.v1.Namespace. Subresources: status and finalize.
Kind NamespaceKind(const schema::Type* type);

}  // namespace mock_kubeapi
