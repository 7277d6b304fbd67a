// Checks custom objects against the schema of their kind, with the messages of the server's validator.
// Sources: kube-openapi's validation package and apiextensions-apiserver (release 1.26); recorded answers.
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// Everything that is wrong with `value`, by path below `path` (empty: the root).
FieldErrors ValidateAgainstSchema(const Json& schema, const Json& value, const std::string& path);

/// Items that occur twice in lists of type set and map.
FieldErrors ValidateListTypes(const Json& schema, const Json& value, const std::string& path);

}  // namespace mock_kubeapi::custom
