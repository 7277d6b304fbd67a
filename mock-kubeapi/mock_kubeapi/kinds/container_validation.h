// Rules on the containers of a Pod: each function checks one part and is used by ValidateContainers.
// Source: pkg/apis/core/validation/validation.go (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/kinds/volume_validation.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// spec.containers, spec.initContainers and spec.ephemeralContainers of the Pod spec at `path`, in that order.
FieldErrors ValidateContainers(const Json& spec, const VolumeMap& volumes, const std::string& path);

/// What holds for the containers of a Pod itself and not for those of a template: no spaces around the image's name.
FieldErrors ValidateContainersOfPod(const Json& containers, const std::string& path);

// The parts, each given the container (or the field itself) and its path.
FieldErrors ValidateEnv(const Json& container, const std::string& path);
/// livenessProbe, readinessProbe, startupProbe and lifecycle.
FieldErrors ValidateHandlers(const Json& container, const std::string& path);
/// A ResourceRequirements object.
FieldErrors ValidateResources(const Json& resources, const std::string& path);
/// The securityContext of a container.
FieldErrors ValidateSecurityContext(const Json& context, const std::string& path);
/// The securityContext of a Pod; `spec` is the whole spec at `spec_path`.
FieldErrors ValidatePodSecurityContext(const Json& spec, const std::string& spec_path);

}  // namespace mock_kubeapi
