// One step of a field path: how managedFields and conflict messages name a field, a list item by its keys, a set item
// by its value, or a position. Source: structured-merge-diff's fieldpath package.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mock_kubeapi::merge {

using Json = nlohmann::json;

/// An order over JSON values: numbers, strings, booleans, arrays, objects, null; numbers by value whatever their type.
std::strong_ordering CompareValues(const Json& left, const Json& right);

/// Immutable.
class PathElement {
 public:
  enum class Kind : std::uint8_t { kField, kKey, kValue, kIndex };

  static PathElement Field(std::string_view name);
  /// `keys` is an object of key field to value, never empty.
  static PathElement Key(Json keys);
  static PathElement Value(Json value);
  static PathElement Index(std::int64_t index);

  /// Reads `f:name`, `k:{"name":"x"}`, `v:"x"`, `i:3`. nullopt: a prefix not known, to be ignored. An error is the text
  /// of what is malformed.
  static std::expected<std::optional<PathElement>, std::string> Parse(std::string_view text);

  Kind kind() const { return kind_; }
  /// The name of a kField; empty otherwise.
  const std::string& name() const { return name_; }
  /// The keys, value or index; null for a field.
  const Json& value() const { return value_; }

  /// As a key of FieldsV1; Parse reads it again.
  std::string Serialized() const;
  /// As in messages: `.name`, `[name="x",port=80]`, `[="x"]`, `[3]`.
  std::string Text() const;

  /// Fields before keys before values before positions; each by its content.
  std::strong_ordering operator<=>(const PathElement& other) const;
  bool operator==(const PathElement& other) const { return (*this <=> other) == 0; }

 private:
  PathElement(Kind kind, std::string name, Json value);

  Kind kind_;
  std::string name_;
  Json value_;
};

using Path = std::vector<PathElement>;

/// `.spec.containers[name="main"].image`; empty for the whole object.
std::string PathText(const Path& path);

}  // namespace mock_kubeapi::merge
