#include "mock_kubeapi/decode/go_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "mock_http/http_message.h"
#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/decode/go_base64.h"
#include "mock_kubeapi/decode/go_encoding.h"
#include "mock_kubeapi/decode/go_time.h"
#include "mock_kubeapi/decode/quantity.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::decode {
namespace {

using schema::Field;
using schema::Shape;
using schema::Type;
using schema::Variant;

constexpr std::size_t kStrictErrorsMax = 100;

/// What a value is called in messages.
std::string_view KindWord(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBool:
      return "bool";
    case Node::Kind::kNumber:
      return "number";
    case Node::Kind::kString:
      return "string";
    case Node::Kind::kArray:
      return "array";
    case Node::Kind::kObject:
      return "object";
  }
  return "";
}

/// Either a mismatch of types, whose text depends on where it is told, or a text.
struct Failure {
  std::string value;    ///< "string", "number 5"
  std::string go_type;  ///< empty: `text` is all there is
  std::string text;
};

template <class Int>
std::optional<std::int64_t> ParseInteger(const std::string& text) {
  Int value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::string_view TrimSpace(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\v\f");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r\n\v\f") - first + 1);
}

class Decoder {
 public:
  enum class Keys {
    kExact,  ///< sigs.k8s.io/json: case-sensitive, unknown and duplicate keys are told of
    kLoose,  ///< encoding/json, within types that decode themselves
  };

  Decoder(Keys keys, bool keep_empty) : keys_(keys), keep_empty_(keep_empty) {}

  std::expected<GoDecoded, Failure> Run(const Type& type, const Node& node) {
    GoDecoded result;
    result.object = Json::object();
    if (!Value(type, node, &result.object)) return std::unexpected(std::move(fatal_));
    if (saved_) return std::unexpected(std::move(*saved_));
    if (type.shape == Shape::kObject && node.kind != Node::Kind::kObject) {
      FinishAsGoEncodes(type, keep_empty_, &result.object);
    }
    result.strict_errors = std::move(strict_errors_);
    return result;
  }

 private:
  /// Puts the failure into the words of where it happened.
  Failure InContext(Failure failure) const {
    if (failure.go_type.empty()) return failure;
    failure.text =
        struct_.empty() && fields_.empty()
            ? fmt::format("json: cannot unmarshal {} into Go value of type {}", failure.value, failure.go_type)
            : fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}", failure.value, struct_,
                          fmt::join(fields_, "."), failure.go_type);
    return failure;
  }

  /// Decoding goes on; the first such failure is told at the end.
  bool Save(Failure failure) {
    if (!saved_) saved_ = InContext(std::move(failure));
    return true;
  }

  bool SaveMismatch(const Type& type, const Node& node) {
    return Save({.value = std::string(KindWord(node.kind)), .go_type = type.go_name, .text = {}});
  }

  /// Decoding ends.
  bool Fail(Failure failure) {
    fatal_ = InContext(std::move(failure));
    return false;
  }

  bool FailText(std::string text) { return Fail({.value = {}, .go_type = {}, .text = std::move(text)}); }

  /// Of types that decode a plain Go value themselves first.
  bool FailMismatch(std::string_view go_type, const Node& node) {
    return Fail({.value = std::string(KindWord(node.kind)), .go_type = std::string(go_type), .text = {}});
  }

  void SaveStrict(std::string_view what, std::string_view name) {
    if (keys_ == Keys::kLoose || strict_errors_.size() >= kStrictErrorsMax) return;
    std::string text =
        fmt::format("{} {}", what, GoQuote(path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name)));
    if (std::find(strict_errors_.begin(), strict_errors_.end(), text) == strict_errors_.end()) {
      strict_errors_.push_back(std::move(text));
    }
  }

  bool Value(const Type& type, const Node& node, Json* out) {
    switch (type.shape) {
      case Shape::kString:
      case Shape::kDuration:
        return Scalar(type, node, Node::Kind::kString, [&] { *out = node.text; });
      case Shape::kBool:
        return Scalar(type, node, Node::Kind::kBool, [&] { *out = node.boolean; });
      case Shape::kInt32:
        return Number(type, node, ParseInteger<std::int32_t>, out);
      case Shape::kInt64:
        return Number(type, node, ParseInteger<std::int64_t>, out);
      case Shape::kDouble:
        return Scalar(type, node, Node::Kind::kNumber, [&] { *out = ToJson(node); });
      case Shape::kBytes:
        return Bytes(type, node, out);
      case Shape::kTime:
        return Time(node, ParseTime, FormatTime, out);
      case Shape::kMicroTime:
        return Time(node, ParseMicroTime, FormatMicroTime, out);
      case Shape::kQuantity:
        return Quantity(node, out);
      case Shape::kIntOrString:
        return IntOrString(node, out);
      case Shape::kObject:
        return Object(type, node, out);
      case Shape::kMap:
        return Map(type, node, out);
      case Shape::kList:
        return List(type, node, out);
      case Shape::kAny:
        if (type.variant != Variant::kNone) return OneOf(type, node, out);
        *out = ToJson(node);
        return true;
    }
    return true;
  }

  template <class Store>
  bool Scalar(const Type& type, const Node& node, Node::Kind kind, Store store) {
    if (node.kind == kind) {
      store();
      return true;
    }
    return node.kind == Node::Kind::kNull || SaveMismatch(type, node);
  }

  template <class Parse>
  bool Number(const Type& type, const Node& node, Parse parse, Json* out) {
    if (node.kind != Node::Kind::kNumber) return node.kind == Node::Kind::kNull || SaveMismatch(type, node);
    const std::optional<std::int64_t> value = parse(node.text);
    if (!value) return Save({.value = "number " + node.text, .go_type = type.go_name, .text = {}});
    *out = *value;
    return true;
  }

  bool Bytes(const Type& type, const Node& node, Json* out) {
    if (node.kind == Node::Kind::kNull) {
      *out = nullptr;
      return true;
    }
    if (node.kind == Node::Kind::kString) {
      const auto bytes = GoDecodeBase64(node.text);
      if (!bytes) return Save({.value = {}, .go_type = {}, .text = bytes.error()});
      *out = EncodeBase64(*bytes);
      return true;
    }
    if (node.kind != Node::Kind::kArray) return SaveMismatch(type, node);
    std::string bytes;
    for (const Node& item : node.items) {
      const auto byte = ParseInteger<std::uint8_t>(item.text);
      if (item.kind != Node::Kind::kNumber) {
        Save({.value = std::string(KindWord(item.kind)), .go_type = "uint8", .text = {}});
      } else if (!byte) {
        Save({.value = "number " + item.text, .go_type = "uint8", .text = {}});
      }
      bytes.push_back(static_cast<char>(byte.value_or(0)));
    }
    *out = EncodeBase64(bytes);
    return true;
  }

  template <class Parse, class Format>
  bool Time(const Node& node, Parse parse, Format format, Json* out) {
    if (node.kind == Node::Kind::kNull) {
      *out = nullptr;
      return true;
    }
    if (node.kind != Node::Kind::kString) return FailMismatch("string", node);
    const auto time = parse(node.text);
    if (!time) return FailText(time.error());
    *out = format(*time);
    return true;
  }

  bool Quantity(const Node& node, Json* out) {
    if (node.kind == Node::Kind::kNull) {
      *out = nullptr;
      return true;
    }
    const bool readable = node.kind == Node::Kind::kString || node.kind == Node::Kind::kNumber;
    const auto canonical = CanonicalQuantity(readable ? TrimSpace(node.text) : KindWord(node.kind));
    if (!canonical) return FailText(canonical.error());
    *out = *canonical;
    return true;
  }

  bool IntOrString(const Node& node, Json* out) {
    if (node.kind == Node::Kind::kString) {
      *out = node.text;
      return true;
    }
    if (node.kind == Node::Kind::kNull) {
      *out = nullptr;
      return true;
    }
    if (node.kind != Node::Kind::kNumber) return FailMismatch("int32", node);
    const auto value = ParseInteger<std::int32_t>(node.text);
    if (!value) return Fail({.value = "number " + node.text, .go_type = "int32", .text = {}});
    *out = *value;
    return true;
  }

  const Field* FindField(const Type& type, std::string_view name) const {
    const Field* field = type.Find(name);
    if (field != nullptr || keys_ == Keys::kExact) return field;
    const auto found = std::find_if(type.fields.begin(), type.fields.end(), [&](const Field& candidate) {
      return mock_http::EqualsIgnoringCase(candidate.name, name);
    });
    return found == type.fields.end() ? nullptr : &*found;
  }

  bool Object(const Type& type, const Node& node, Json* out) {
    if (node.kind == Node::Kind::kNull) return true;
    if (node.kind != Node::Kind::kObject) return SaveMismatch(type, node);
    // An object that comes twice is decoded into what the first one left.
    if (!out->is_object()) *out = Json::object();
    const std::string_view outer_struct = struct_;
    std::vector<const Field*> seen;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Field* field = FindField(type, node.names[i]);
      if (field == nullptr) {
        SaveStrict("unknown field", node.names[i]);
        continue;
      }
      if (std::find(seen.begin(), seen.end(), field) != seen.end()) SaveStrict("duplicate field", field->name);
      seen.push_back(field);
      fields_.push_back(field->name);
      struct_ = std::string_view(type.go_name).substr(type.go_name.find('.') + 1);
      const std::size_t path_size = Enter(field->name);
      if (!Value(*field->type, node.items[i], &(*out)[field->name])) return false;
      path_.resize(path_size);
      fields_.pop_back();
      struct_ = outer_struct;
    }
    FinishAsGoEncodes(type, keep_empty_, out);
    return true;
  }

  bool Map(const Type& type, const Node& node, Json* out) {
    if (node.kind == Node::Kind::kNull) {
      *out = nullptr;
      return true;
    }
    if (node.kind != Node::Kind::kObject) return SaveMismatch(type, node);
    if (!out->is_object()) *out = Json::object();
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (!seen.insert(node.names[i]).second) SaveStrict("duplicate field", node.names[i]);
      const std::size_t path_size = Enter(node.names[i]);
      if (!Element(*type.element, node.items[i], &(*out)[node.names[i]])) return false;
      path_.resize(path_size);
    }
    return true;
  }

  bool List(const Type& type, const Node& node, Json* out) {
    if (node.kind == Node::Kind::kNull) {
      *out = nullptr;
      return true;
    }
    if (node.kind != Node::Kind::kArray) return SaveMismatch(type, node);
    *out = Json::array();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::size_t path_size = path_.size();
      path_ += fmt::format("[{}]", i);
      if (!Element(*type.element, node.items[i], &out->emplace_back())) return false;
      path_.resize(path_size);
    }
    return true;
  }

  /// Within maps and lists there is no "not set": null is the zero value.
  bool Element(const Type& type, const Node& node, Json* out) {
    *out = nullptr;
    if (!Value(type, node, out)) return false;
    if (out->is_null() && type.shape != Shape::kAny) *out = type.shape == Shape::kBytes ? Json("") : GoZero(type);
    return true;
  }

  /// Values that decode themselves: within them neither keys' case nor unknown keys matter.
  bool OneOf(const Type& type, const Node& node, Json* out) {
    switch (node.kind) {
      case Node::Kind::kNull:
        *out = nullptr;
        return true;
      case Node::Kind::kObject:
        return Nested(*type.element, node, out);
      case Node::Kind::kArray:
        break;
      case Node::Kind::kBool:
        if (type.variant == Variant::kObjectOrBool) {
          *out = node.boolean;
          return true;
        }
        *out = nullptr;
        return true;
      default:
        if (type.variant == Variant::kObjectOrBool) return FailText("boolean or JSON schema expected");
        *out = nullptr;
        return true;
    }
    if (type.variant == Variant::kObjectOrBool) return FailText("boolean or JSON schema expected");
    static const Type text{.shape = Shape::kString, .go_name = "string"};
    const Type list{.shape = Shape::kList,
                    .go_name = type.variant == Variant::kObjectOrList ? "[]v1.JSONSchemaProps" : "[]string",
                    .element = type.variant == Variant::kObjectOrList ? type.element : &text};
    return Nested(list, node, out);
  }

  bool Nested(const Type& type, const Node& node, Json* out) {
    auto result = Decoder(Keys::kLoose, keep_empty_).Run(type, node);
    if (!result) return Fail(std::move(result.error()));
    *out = std::move(result->object);
    return true;
  }

  /// Adds `name` to the path that strict errors show; returns the size to go back to.
  std::size_t Enter(std::string_view name) {
    const std::size_t size = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += name;
    return size;
  }

  Keys keys_;
  bool keep_empty_;
  std::string_view struct_;               ///< Go name of the innermost struct
  std::vector<std::string_view> fields_;  ///< JSON names from the root, without map keys and indexes
  std::string path_;                      ///< with them
  std::optional<Failure> saved_;
  Failure fatal_;
  std::vector<std::string> strict_errors_;
};

}  // namespace

std::expected<GoDecoded, std::string> GoDecode(const Type& type, const Node& node) {
  auto result = Decoder(Decoder::Keys::kExact, IsKeptAsJson(type)).Run(type, node);
  if (!result) return std::unexpected(std::move(result.error().text));
  return std::move(*result);
}

}  // namespace mock_kubeapi::decode
