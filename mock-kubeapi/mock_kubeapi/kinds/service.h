// Services (core/v1): the row of the table of kinds. There is no network behind this server, so Services can be looked
// for, as `kubectl cluster-info` and `kubectl get all` do, and not be made.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.core.v1.Service.
Kind ServiceKind(const schema::Type* type);

}  // namespace mock_kubeapi
