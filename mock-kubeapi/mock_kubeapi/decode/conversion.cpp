#include "mock_kubeapi/decode/conversion.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "mock_kubeapi/decode/go_base64.h"
#include "mock_kubeapi/decode/go_decoder.h"
#include "mock_kubeapi/decode/json_node.h"

namespace mock_kubeapi::decode {
namespace {

using schema::Shape;
using schema::Type;

/// reflect.Kind of a value of the tree.
std::string_view KindOf(const Json& value) {
  if (value.is_object()) return "map";
  if (value.is_array()) return "slice";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "bool";
  return value.is_number_float() ? "float64" : "int64";
}

std::string ScalarError(std::string_view kind, const Type& type, const Json& value) {
  const bool wants_number = kind.starts_with("int") || kind.starts_with("float");
  if (value.is_number()) {
    const bool whole = !value.is_number_float() || value.get<double>() == std::trunc(value.get<double>());
    if (wants_number && (whole || kind.starts_with("float"))) return {};
    // Go would turn an integer into the character with that number, so this one is told apart.
    const bool convertible = wants_number || (kind == "string" && !value.is_number_float());
    if (convertible) return fmt::format("cannot convert {} to {}", KindOf(value), type.go_name);
  }
  const bool fits = kind == "string" ? value.is_string() : kind == "bool" && value.is_boolean();
  return fits ? std::string() : fmt::format("unrecognized type: {}", kind);
}

std::string BytesError(const Json& value) {
  if (value.is_string()) {
    const auto bytes = GoDecodeBase64(value.get_ref<const std::string&>());
    return bytes ? std::string() : "error decoding from json: " + bytes.error();
  }
  return value.is_array() ? std::string() : fmt::format("cannot restore slice from {}", KindOf(value));
}

/// Of types that decode themselves from JSON.
std::string OwnError(const Type& type, const Json& value) {
  const auto decoded = GoDecode(type, FromJson(value));
  return decoded ? std::string() : decoded.error();
}

std::string ObjectError(const Type& type, const Json& value) {
  if (!value.is_object()) return fmt::format("cannot restore struct from: {}", KindOf(value));
  for (const schema::Field& field : type.fields) {
    const auto member = value.find(field.name);
    if (member == value.end()) continue;
    if (std::string error = FindConversionError(*field.type, *member); !error.empty()) return error;
  }
  return {};
}

std::string ContainerError(const Type& type, const Json& value) {
  const bool is_map = type.shape == Shape::kMap;
  if (is_map ? !value.is_object() : !value.is_array()) {
    return fmt::format("cannot restore {} from {}", is_map ? "map" : "slice", KindOf(value));
  }
  for (const Json& item : value) {
    if (std::string error = FindConversionError(*type.element, item); !error.empty()) return error;
  }
  return {};
}

}  // namespace

std::string FindConversionError(const Type& type, const Json& value) {
  if (value.is_null()) return {};
  switch (type.shape) {
    case Shape::kString:
    case Shape::kDuration:
      return ScalarError("string", type, value);
    case Shape::kBool:
      return ScalarError("bool", type, value);
    case Shape::kInt32:
      return ScalarError("int32", type, value);
    case Shape::kInt64:
      return ScalarError("int64", type, value);
    case Shape::kDouble:
      return ScalarError("float64", type, value);
    case Shape::kBytes:
      return BytesError(value);
    case Shape::kTime:
    case Shape::kMicroTime:
    case Shape::kQuantity:
    case Shape::kIntOrString:
      return OwnError(type, value);
    case Shape::kObject:
      return ObjectError(type, value);
    case Shape::kMap:
    case Shape::kList:
      return ContainerError(type, value);
    case Shape::kAny:
      break;
  }
  return {};
}

}  // namespace mock_kubeapi::decode
