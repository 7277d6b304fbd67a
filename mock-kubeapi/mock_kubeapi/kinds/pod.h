// Pods (core/v1): the row of the table of kinds.
#pragma once

#include <string>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.core.v1.Pod and must outlive the row.
///
/// Creation runs the admission that a default API server has for Pods: the ServiceAccount must exist (403), its token
/// is mounted as a projected volume, its imagePullSecrets are taken over; priority and the two default tolerations are
/// set.
Kind PodKind(const schema::Type* type);

/// What `kubectl get pods` shows in the column Status: the phase, or the reason of what holds a container up.
std::string PodStatusText(const Json& pod);

}  // namespace mock_kubeapi
