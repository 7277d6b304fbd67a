// Reading patch documents: what the API server says of texts that are no patch, and of keys that come twice.
// Source: sigs.k8s.io/json's strict decoder as apiserver's patch handler uses it.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::merge {

/// `duplicate field "data.a"`, `duplicate field "[0].op"`: one per key that an object has more than once, in the order
/// of the text. `text` is valid JSON.
std::vector<std::string> FindDuplicateKeys(std::string_view text);

/// What Go's decoder calls the kind of a value: object, array, string, number, bool.
std::string JsonKindName(const Json& value);

}  // namespace mock_kubeapi::merge
