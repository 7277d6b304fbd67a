// The parts of the rules on Pods that ValidatePodSpec, ValidatePodUpdate and ValidatePodStatusUpdate put together: each
// checks one part, given the part and its path. Source: pkg/apis/core/validation/validation.go (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

FieldErrors ValidateIp(const std::string& ip, const std::string& path);

/// spec.affinity; nothing where it is not set.
FieldErrors ValidateAffinity(const Json& spec, const std::string& spec_path);
FieldErrors ValidateTopologySpread(const Json& constraints, const std::string& path);

/// Annotations that mean something to Pods: `spec` is that of the Pod or template they stand on.
FieldErrors ValidatePodAnnotations(const Json& annotations, const Json& spec, const std::string& path);
/// The same after a change of the Pod or its status, and those annotations that a Pod must have from its beginning.
FieldErrors ValidatePodAnnotationUpdates(const Json& pod, const Json& old);

}  // namespace mock_kubeapi
