// The rules for the schemas of custom objects: which members they may have, and that they are structural, so that
// pruning and defaulting are possible.
// Source: apiextensions-apiserver's validation and structural schema packages (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// `schema` is an openAPIV3Schema at `path`.
FieldErrors ValidateSchema(const Json& schema, const std::string& path);

}  // namespace mock_kubeapi::custom
