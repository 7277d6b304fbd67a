// The rules for CustomResourceDefinitions.
// Source: apiextensions-apiserver's validation (release 1.26). Not checked: rules in CEL (x-kubernetes-validations).
#pragma once

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// Everything but metadata. `old` is null for a new definition.
FieldErrors ValidateDefinition(const Json& definition, const Json* old);

/// What is looked at when the status is written.
FieldErrors ValidateDefinitionStatus(const Json& definition);

}  // namespace mock_kubeapi::custom
