// Decodes a JSON tree as Go would decode it into the struct that a type describes and encode it again: which fields
// stay, which zero values go, and every message that sigs.k8s.io/json and the types' own decoders have on the way.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

struct GoDecoded {
  Json object;
  /// `unknown field "spec.foo"`, `duplicate field "data.a"`, in the order of the text; at most 100, each once.
  std::vector<std::string> strict_errors;
};

/// `type` describes an object. The error is the Go decoder's.
std::expected<GoDecoded, std::string> GoDecode(const schema::Type& type, const Node& node);

}  // namespace mock_kubeapi::decode
