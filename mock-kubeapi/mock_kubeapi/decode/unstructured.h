// Custom objects have no Go types: decoding keeps their values as they are, drops what the schema does not know, and
// treats only metadata as that of built-in objects.
// Source: apiextensions-apiserver's schemaCoercingDecoder and its pruning package.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/schema/type.h"

namespace mock_kubeapi::decode {

/// `type` null means that nothing but apiVersion, kind and metadata is known. The error tells of bad metadata.
std::expected<Normalised, std::string> PruneCustom(const schema::Type* type, Json value);

/// Fails where metadata is no ObjectMeta.
std::expected<Normalised, std::string> NormaliseCustom(const schema::Type& type, const Json& value);

/// `duplicate field "spec.a"` for every key that an object of the text has more than once.
std::vector<std::string> DuplicateFields(const Node& node);

}  // namespace mock_kubeapi::decode
