// Everything a container needs when it starts, worked out from its Pod.
// Source: pkg/kubelet/kubelet_pods.go, pkg/kubelet/container/helpers.go (release 1.26).
#pragma once

#include <expected>
#include <string>

#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/pod_inputs.h"

namespace mock_kubeapi {

/// `container` is one of the Pod's, `volumes` is what FillVolumes gave. The error is for CreateContainerConfigError:
/// what the environment refers to is missing, or the user would be root where that is forbidden.
std::expected<ContainerSetup, std::string> MakeContainerSetup(const PodInputs& inputs, const Json& container,
                                                              int attempt, Volumes volumes);

}  // namespace mock_kubeapi
