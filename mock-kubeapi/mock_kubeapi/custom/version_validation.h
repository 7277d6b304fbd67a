// The rules for what a version of a CustomResourceDefinition says besides its schema.
// Source: apiextensions-apiserver's validation (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// `path` is each time where the value is.
FieldErrors ValidateDeprecationWarning(const Json& warning, bool deprecated, const std::string& path);
FieldErrors ValidateSubresources(const Json& subresources, const std::string& path);
/// additionalPrinterColumns.
FieldErrors ValidateColumns(const Json& columns, const std::string& path);

}  // namespace mock_kubeapi::custom
