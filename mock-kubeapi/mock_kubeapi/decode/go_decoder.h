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

/// What encoding an unset value of `type` gives: for objects the fields that are always sent.
Json GoZero(const schema::Type& type);

/// Base64 as Go's StdEncoding decodes it; the error is "illegal base64 data at input byte 3".
std::expected<std::string, std::string> GoDecodeBase64(std::string_view text);

}  // namespace mock_kubeapi::decode
