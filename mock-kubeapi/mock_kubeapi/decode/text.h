// JSON and YAML texts as Go's decoders read them: their error words, and the duplicate keys that a parsed value no
// longer shows. For bodies that have no schema (patches); objects go through decode.h.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

/// One JSON text; of duplicate keys the last one counts. The error is encoding/json's
/// ("unexpected end of JSON input", "invalid character 't' after top-level value").
std::expected<Json, std::string> ParseJson(std::string_view text);

struct ParsedYaml {
  Json value;  ///< null for an empty document
  /// `line 7: key "a" already set in map`, in the order of the lines.
  std::vector<std::string> duplicates;
};

/// The first document of a YAML (or JSON) text by YAML 1.1 rules, as sigs.k8s.io/yaml makes JSON of it. The error has
/// its words: "error converting YAML to JSON: yaml: line 2: …".
std::expected<ParsedYaml, std::string> ParseYaml(std::string_view text);

/// What UnmarshalStrict says of duplicates: "error converting YAML to JSON: yaml: unmarshal errors:\n  line 7: …".
std::string StrictYamlError(const std::vector<std::string>& duplicates);

}  // namespace mock_kubeapi::decode
