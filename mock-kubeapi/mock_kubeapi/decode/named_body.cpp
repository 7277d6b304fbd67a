#include "mock_kubeapi/decode/named_body.h"

#include <fmt/format.h>

#include <utility>

#include "mock_http/http_message.h"
#include "mock_kubeapi/decode/protobuf.h"
#include "mock_kubeapi/decode/yaml.h"

namespace mock_kubeapi::decode {
namespace {

/// Go's error of a value of the wrong type for apiVersion or kind.
std::string MetaMismatch(const Node& node, std::string_view field) {
  const std::string_view word = node.kind == Node::Kind::kNumber  ? "number"
                                : node.kind == Node::Kind::kBool  ? "bool"
                                : node.kind == Node::Kind::kArray ? "array"
                                                                  : "object";
  return fmt::format("json: cannot unmarshal {} into Go struct field .{} of type string", word, field);
}

/// Reads apiVersion and kind, of which case does not matter here.
std::expected<void, std::string> ReadMeta(const Node& node, std::string* api_version, std::string* kind) {
  if (node.kind == Node::Kind::kNull) {
    return {};
  }
  if (node.kind != Node::Kind::kObject) {
    const std::string_view word = node.kind == Node::Kind::kNumber   ? "number"
                                  : node.kind == Node::Kind::kBool   ? "bool"
                                  : node.kind == Node::Kind::kString ? "string"
                                                                     : "array";
    return std::unexpected(
        fmt::format("json: cannot unmarshal {} into Go value of type struct {{ APIVersion string "
                    "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}",
                    word));
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const bool is_version = mock_http::EqualsIgnoringCase(node.names[i], "apiVersion");
    if (!is_version && !mock_http::EqualsIgnoringCase(node.names[i], "kind")) {
      continue;
    }
    const Node& value = node.items[i];
    if (value.kind == Node::Kind::kString) {
      *(is_version ? api_version : kind) = value.text;
    } else if (value.kind != Node::Kind::kNull) {
      return std::unexpected(MetaMismatch(value, is_version ? "apiVersion" : "kind"));
    }
  }
  return {};
}

std::expected<Gvk, std::string> ParseGvk(const std::string& api_version, std::string kind) {
  Gvk gvk{.group = {}, .version = {}, .kind = std::move(kind)};
  const auto slash = api_version.find('/');
  if (slash == std::string::npos) {
    gvk.version = api_version;
  } else if (api_version.find('/', slash + 1) != std::string::npos) {
    return std::unexpected("unexpected GroupVersion string: " + api_version);
  } else {
    gvk.group = api_version.substr(0, slash);
    gvk.version = api_version.substr(slash + 1);
  }
  return gvk;
}

}  // namespace

std::optional<Format> FormatOf(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  const auto first = type.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return content_type.empty() ? std::optional(Format::kJson) : std::nullopt;
  }
  type = type.substr(first, type.find_last_not_of(" \t") - first + 1);
  if (mock_http::EqualsIgnoringCase(type, "application/json")) {
    return Format::kJson;
  }
  if (mock_http::EqualsIgnoringCase(type, "application/yaml")) {
    return Format::kYaml;
  }
  if (mock_http::EqualsIgnoringCase(type, "application/vnd.kubernetes.protobuf")) {
    return Format::kProtobuf;
  }
  return std::nullopt;
}

std::expected<Named, std::string> ReadBody(Format format, std::string_view body) {
  Named named;
  std::string api_version;
  std::string kind;
  if (format == Format::kProtobuf) {
    auto envelope = ReadEnvelope(body);
    if (!envelope) {
      return std::unexpected(std::move(envelope.error()));
    }
    named.message = envelope->object;
    api_version = std::move(envelope->api_version);
    kind = std::move(envelope->kind);
  } else {
    if (format == Format::kYaml) {
      auto document = ReadYaml(body);
      if (!document) {
        return std::unexpected(std::move(document.error()));
      }
      named.node = std::move(document->value);
      named.duplicates = std::move(document->duplicates);
    } else {
      auto node = ParseNode(body);
      if (!node) {
        return std::unexpected("couldn't get version/kind; json parse error: " + node.error());
      }
      named.node = std::move(*node);
    }
    if (const auto read = ReadMeta(named.node, &api_version, &kind); !read) {
      return std::unexpected("couldn't get version/kind; json parse error: " + read.error());
    }
  }
  auto gvk = ParseGvk(api_version, std::move(kind));
  if (!gvk) {
    return std::unexpected(std::move(gvk.error()));
  }
  named.gvk = std::move(*gvk);
  return named;
}

}  // namespace mock_kubeapi::decode
