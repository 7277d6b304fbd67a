// The environment of a container. Source: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables; release 1.26).
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/node/pod_inputs.h"

namespace mock_kubeapi {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// In order of definition, each name once. The error names the Secret, ConfigMap or key that is missing.
std::expected<Environment, std::string> MakeEnvironment(const PodInputs& inputs, const Json& container);

}  // namespace mock_kubeapi
