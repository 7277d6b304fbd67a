// A JSON text as a tree that keeps what nlohmann::json loses: the order of keys, duplicate keys, and how numbers were
// written. The decoders' messages depend on all three.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

struct Node {
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;                ///< the string, valid UTF-8; or the number as written
  std::vector<std::string> names;  ///< kObject: the keys, beside `items`
  std::vector<Node> items;         ///< values of an object or array

  /// The value of the last key called `name`; null when there is none.
  const Node* Find(std::string_view name) const;
};

/// Deeper nesting is refused, as in Go, though earlier (Go: 10000): recursion here must fit a thread's stack.
inline constexpr int kDepthMax = 1000;

/// Reads one JSON text. The error is encoding/json's.
std::expected<Node, std::string> ParseNode(std::string_view text);

/// The tree as a value: of duplicate keys the last one counts, numbers become integers where Go keeps them.
Json ToJson(const Node& node);
/// A value as a tree.
Node FromJson(const Json& value);
/// A number as Go's encoding/json would write it.
std::string NumberText(const Json& number);

}  // namespace mock_kubeapi::decode
