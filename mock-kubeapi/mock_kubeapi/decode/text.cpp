#include "mock_kubeapi/decode/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/yaml.h"

namespace mock_kubeapi::decode {

std::expected<Json, std::string> ParseJson(std::string_view text) {
  const auto node = ParseNode(text);
  if (!node) {
    return std::unexpected(node.error());
  }
  return ToJson(*node);
}

std::expected<ParsedYaml, std::string> ParseYaml(std::string_view text) {
  auto document = ReadYaml(text);
  if (!document) {
    return std::unexpected("error converting YAML to JSON: " + document.error());
  }
  return ParsedYaml{.value = ToJson(document->value), .duplicates = std::move(document->duplicates)};
}

std::string StrictYamlError(const std::vector<std::string>& duplicates) {
  return fmt::format("error converting YAML to JSON: yaml: unmarshal errors:\n  {}", fmt::join(duplicates, "\n  "));
}

}  // namespace mock_kubeapi::decode
