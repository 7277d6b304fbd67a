// What a request's body is said to be: its format, by the Content-Type, and its group, version and kind, by itself.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/decode/json_node.h"

namespace mock_kubeapi::decode {

enum class Format { kJson, kYaml, kProtobuf };

/// The media type without parameters; nullopt for one that this server does not read.
std::optional<Format> FormatOf(std::string_view content_type);

/// A group, version and kind.
struct Gvk {
  std::string group;
  std::string version;
  std::string kind;

  std::string ApiVersion() const { return group.empty() ? version : group + "/" + version; }
  bool operator==(const Gvk&) const = default;
};

/// What a body is said to be, before it is decoded.
struct Named {
  Gvk gvk;
  Node node;                            ///< of JSON and YAML bodies
  std::string_view message;             ///< of protobuf bodies
  std::vector<std::string> duplicates;  ///< of YAML bodies
};

/// Parses the body as far as its kind. The error is Go's. A protobuf body must outlive what is returned.
std::expected<Named, std::string> ReadBody(Format format, std::string_view body);

}  // namespace mock_kubeapi::decode
