// The content of a Pod's volumes. Sources: pkg/volume (secret, configmap, projected, downwardapi), release 1.26.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/pod_inputs.h"

namespace mock_kubeapi {

/// The volumes that the Pod's containers mount, with their content. The error is in the kubelet's words for the event
/// FailedMount, and names what is missing.
std::expected<Volumes, std::string> FillVolumes(const PodInputs& inputs);

/// The shortest lifetime of the Pod's projected tokens; nullopt where it has none.
std::optional<std::chrono::seconds> TokenLifetime(const Json& pod);

}  // namespace mock_kubeapi
