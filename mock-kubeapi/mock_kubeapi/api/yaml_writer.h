// JSON values as YAML, laid out as sigs.k8s.io/yaml does: block style, keys sorted, lists not indented, texts quoted
// only where they would be read as something else.
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// The document, ending with a line feed.
std::string ToYaml(const Json& value);

}  // namespace mock_kubeapi
