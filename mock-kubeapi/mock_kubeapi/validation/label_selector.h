// The rules for LabelSelector objects (spec.selector of Jobs, aggregationRule of ClusterRoles …).
// Source: apimachinery's pkg/apis/meta/v1/validation (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::validation {

/// `selector` is decoded; `path` is where it stands ("spec.selector").
FieldErrors ValidateLabelSelector(const Json& selector, const std::string& path);

}  // namespace mock_kubeapi::validation
