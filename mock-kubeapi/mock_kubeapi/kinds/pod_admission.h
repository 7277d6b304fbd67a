// What the admission plugins that a default API server has do to Pods: ServiceAccount, Priority,
// DefaultTolerationSeconds. Sources: plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds} (1.26).
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// Where the token of a Pod's ServiceAccount is mounted.
inline constexpr const char* kTokenMountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/// On creation, in place. Errors: 403 where the ServiceAccount or the priority class does not exist.
Result<void> AdmitPod(Json& pod, const KindContext& context);
/// On update, in place: the tolerations that every Pod has, the priority it had.
void AdmitPodUpdate(Json& pod, const Json& old);

/// "Guaranteed", "Burstable" or "BestEffort". Source: pkg/apis/core/v1/helper/qos.
std::string PodQosClass(const Json& spec);

}  // namespace mock_kubeapi
