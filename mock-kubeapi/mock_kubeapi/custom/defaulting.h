// Defaults of custom objects, from the "default" members of their schema.
// Source: apiextensions-apiserver's structural defaulting.
#pragma once

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// Drops null where it is not allowed, and fills in defaults for what is not there. In place; idempotent.
void ApplyDefaults(const Json& schema, Json& value);

}  // namespace mock_kubeapi::custom
