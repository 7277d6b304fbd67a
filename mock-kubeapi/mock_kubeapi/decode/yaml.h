// YAML texts by the rules of go-yaml v2, which sigs.k8s.io/yaml stands on: YAML 1.1 booleans, octal numbers, merge
// keys, and its words for what is wrong. libyaml is the same scanner and parser as go-yaml's.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/decode/json_node.h"

namespace mock_kubeapi::decode {

struct YamlDocument {
  Node value;  ///< as after YAMLToJSON: the keys of objects sorted and unique; null for no document
  /// `line 7: key "a" already set in map`
  std::vector<std::string> duplicates;
};

/// The first document. The error is go-yaml's: "yaml: line 2: did not find expected ',' or ']'".
std::expected<YamlDocument, std::string> ReadYaml(std::string_view text);

}  // namespace mock_kubeapi::decode
