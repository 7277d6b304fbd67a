// ServiceAccounts (core/v1) and their tokens: the row of the table of kinds.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.core.v1.ServiceAccount. The subresource token answers TokenRequests
/// (authentication.k8s.io/v1) with tokens of the context's TokenIssuer.
Kind ServiceAccountKind(const schema::Type* type);

}  // namespace mock_kubeapi
