// Jobs (batch/v1): the row of the table of kinds.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.batch.v1.Job and must outlive the row.
Kind JobKind(const schema::Type* type);

}  // namespace mock_kubeapi
