#include "mock_kubeapi/decode/protobuf.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/decode/go_time.h"
#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/decode/utf8.h"
#include "mock_kubeapi/decode/wire.h"

namespace mock_kubeapi::decode {
namespace {

using schema::Field;
using schema::Shape;
using schema::Type;
using schema::Variant;

constexpr std::string_view kMagic{"k8s\0", 4};
/// Times outside of this are no dates that can be written.
constexpr std::int64_t kSecondsMin = -62135596800;  // Year 1
constexpr std::int64_t kSecondsMax = 253402300799;  // Year 9999

/// Decodes messages; the first error ends it.
class MessageDecoder {
 public:
  bool Message(const Type& type, std::string_view bytes, Json* out, int depth) {
    *out = Json::object();
    return Fields(type, 0, bytes, out, depth);
  }

  std::string TakeError() { return std::move(error_); }

 private:
  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  bool WrongType(const WireField& wire, std::string_view name) {
    return Fail(fmt::format("proto: wrong wireType = {} for field {}", static_cast<int>(wire.type), name));
  }

  /// `parent`: the number of the embedded message whose fields these are; 0 for the message itself.
  bool Fields(const Type& type, int parent, std::string_view bytes, Json* out, int depth) {
    if (depth > kDepthMax) {
      return Fail("proto: exceeded max depth");
    }
    WireReader reader(bytes);
    while (const auto wire = reader.Next()) {
      bool embedded = false;
      const Field* field = FindField(type, parent, wire->number, &embedded);
      if (embedded) {
        if (wire->type != WireType::kBytes) {
          return WrongType(*wire, type.name);
        }
        if (!Fields(type, wire->number, wire->bytes, out, depth + 1)) {
          return false;
        }
      } else if (field != nullptr && !Member(*field, *wire, &(*out)[field->name], depth)) {
        return false;
      }
    }
    return reader.error().empty() || Fail(reader.error());
  }

  static const Field* FindField(const Type& type, int parent, int number, bool* embedded) {
    for (const Field& field : type.fields) {
      if (field.proto_parent == parent && field.proto_number == number) {
        return &field;
      }
      if (parent == 0 && field.proto_parent == number) {
        *embedded = true;
        return nullptr;
      }
    }
    return nullptr;
  }

  bool Member(const Field& field, const WireField& wire, Json* out, int depth) {
    const Type& type = *field.type;
    if (type.shape == Shape::kMap) {
      return MapEntry(type, wire, out, depth);
    }
    if (type.shape == Shape::kList && !type.proto_wrapped) {
      return ListItem(field, wire, out, depth);
    }
    return Value(type, wire, field.name, out, depth);
  }

  bool MapEntry(const Type& type, const WireField& wire, Json* out, int depth) {
    if (wire.type != WireType::kBytes) {
      return WrongType(wire, "map");
    }
    std::string key;
    // A missing value is the zero value.
    Json value;
    bool has_value = false;
    WireReader entry(wire.bytes);
    while (const auto part = entry.Next()) {
      if (part->number == 1) {
        key = ValidUtf8(part->bytes);
      } else if (part->number == 2) {
        has_value = true;
        if (!Value(*type.element, *part, "value", &value, depth + 1)) {
          return false;
        }
      }
    }
    if (!entry.error().empty()) {
      return Fail(entry.error());
    }
    if (!has_value) {
      const WireField empty{.number = 2, .type = WireType::kBytes};
      if (!Value(*type.element, empty, "value", &value, depth + 1)) {
        return false;
      }
    }
    (*out)[key] = std::move(value);
    return true;
  }

  bool ListItem(const Field& field, const WireField& wire, Json* out, int depth) {
    if (!out->is_array()) {
      *out = Json::array();
    }
    const Type& element = *field.type->element;
    const bool number = element.shape == Shape::kInt32 || element.shape == Shape::kInt64;
    if (!number || wire.type != WireType::kBytes) {
      return Value(element, wire, field.name, &out->emplace_back(), depth);
    }
    PackedVarints packed(wire.bytes);
    WireField item{.number = wire.number, .type = WireType::kVarint};
    while (packed.Next(&item.value)) {
      if (!Value(element, item, field.name, &out->emplace_back(), depth)) {
        return false;
      }
    }
    return packed.AtEnd() || Fail("unexpected EOF");
  }

  bool Value(const Type& type, const WireField& wire, std::string_view name, Json* out, int depth) {
    switch (type.shape) {
      case Shape::kBool:
      case Shape::kInt32:
      case Shape::kInt64:
        if (wire.type != WireType::kVarint) {
          return WrongType(wire, name);
        }
        *out = type.shape == Shape::kBool    ? Json(wire.value != 0)
               : type.shape == Shape::kInt32 ? Json(static_cast<std::int32_t>(wire.value))
                                             : Json(static_cast<std::int64_t>(wire.value));
        return true;
      case Shape::kDouble:
        if (wire.type != WireType::kFixed64) {
          return WrongType(wire, name);
        }
        *out = std::bit_cast<double>(wire.value);
        return std::isfinite(out->get<double>()) || Fail("json: unsupported value");
      default:
        break;
    }
    if (wire.type != WireType::kBytes) {
      return WrongType(wire, name);
    }
    return BytesValue(type, wire.bytes, out, depth);
  }

  bool BytesValue(const Type& type, std::string_view bytes, Json* out, int depth) {
    switch (type.shape) {
      case Shape::kString:
      case Shape::kDuration:
        *out = ValidUtf8(bytes);
        return true;
      case Shape::kBytes:
        *out = EncodeBase64(bytes);
        return true;
      case Shape::kTime:
      case Shape::kMicroTime:
        return Time(type.shape == Shape::kMicroTime, bytes, out);
      case Shape::kQuantity:
        return Quantity(bytes, out);
      case Shape::kIntOrString:
        return IntOrString(bytes, out);
      case Shape::kObject:
        return Message(type, bytes, out, depth + 1);
      case Shape::kList:
        return Wrapped(type, bytes, out, depth);
      case Shape::kAny:
        return type.variant == Variant::kNone ? Raw(bytes, out) : OneOf(type, bytes, out, depth);
      default:
        return Fail("proto: can't skip unknown wire type");
    }
  }

  bool Time(bool micro, std::string_view bytes, Json* out) {
    *out = nullptr;
    if (bytes.empty()) {
      return true;
    }
    Timestamp time;
    WireReader reader(bytes);
    while (const auto part = reader.Next()) {
      if (part->number == 1) {
        time.seconds = static_cast<std::int64_t>(part->value);
      } else if (part->number == 2) {
        time.nanoseconds = static_cast<std::int32_t>(part->value);
      }
    }
    if (!reader.error().empty()) {
      return Fail(reader.error());
    }
    if (time.seconds < kSecondsMin || time.seconds > kSecondsMax || time.nanoseconds < 0 ||
        time.nanoseconds > 999'999'999) {
      return Fail("Time.MarshalJSON: year outside of range [0,9999]");
    }
    *out = micro ? FormatMicroTime(time) : FormatTime(time);
    return true;
  }

  bool Quantity(std::string_view bytes, Json* out) {
    *out = "0";
    WireReader reader(bytes);
    while (const auto part = reader.Next()) {
      if (part->number == 1) {
        *out = ValidUtf8(part->bytes);
      }
    }
    return reader.error().empty() || Fail(reader.error());
  }

  bool IntOrString(std::string_view bytes, Json* out) {
    bool is_string = false;
    std::int32_t number = 0;
    std::string text;
    WireReader reader(bytes);
    while (const auto part = reader.Next()) {
      if (part->number == 1) {
        is_string = part->value != 0;
      } else if (part->number == 2) {
        number = static_cast<std::int32_t>(part->value);
      } else if (part->number == 3) {
        text = ValidUtf8(part->bytes);
      }
    }
    *out = is_string ? Json(std::move(text)) : Json(number);
    return reader.error().empty() || Fail(reader.error());
  }

  /// FieldsV1, RawExtension and JSON: a message with the JSON text as field 1.
  bool Raw(std::string_view bytes, Json* out) {
    *out = nullptr;
    WireReader reader(bytes);
    while (const auto part = reader.Next()) {
      if (part->number != 1 || part->bytes.empty()) {
        continue;
      }
      auto value = ParseJson(part->bytes);
      if (!value) {
        return Fail(value.error());
      }
      *out = std::move(*value);
    }
    return reader.error().empty() || Fail(reader.error());
  }

  /// A list within a message: its items are field 1.
  bool Wrapped(const Type& type, std::string_view bytes, Json* out, int depth) {
    *out = Json::array();
    WireReader reader(bytes);
    while (const auto part = reader.Next()) {
      if (part->number == 1 && !Value(*type.element, *part, "items", &out->emplace_back(), depth + 1)) {
        return false;
      }
    }
    return reader.error().empty() || Fail(reader.error());
  }

  bool OneOf(const Type& type, std::string_view bytes, Json* out, int depth) {
    // Of a schema or a bool, the bool is field 1; otherwise the schema is.
    const int object_number = type.variant == Variant::kObjectOrBool ? 2 : 1;
    *out = type.variant == Variant::kObjectOrBool ? Json(false) : Json(nullptr);
    WireReader reader(bytes);
    while (const auto part = reader.Next()) {
      if (part->number == object_number) {
        if (part->type != WireType::kBytes) {
          return WrongType(*part, "schema");
        }
        if (!Message(*type.element, part->bytes, out, depth + 1)) {
          return false;
        }
      } else if (part->number == 1) {
        *out = out->is_object() ? *out : Json(part->value != 0);
      } else if (part->number == 2) {
        if (!out->is_array()) {
          *out = Json::array();
        }
        Json& item = out->emplace_back();
        if (type.variant == Variant::kObjectOrStrings) {
          item = ValidUtf8(part->bytes);
        } else if (!Message(*type.element, part->bytes, &item, depth + 1)) {
          return false;
        }
      }
    }
    return reader.error().empty() || Fail(reader.error());
  }

  std::string error_;
};

}  // namespace

std::expected<Envelope, std::string> ReadEnvelope(std::string_view body) {
  if (body.empty()) {
    return std::unexpected("empty data");
  }
  if (!body.starts_with(kMagic)) {
    return std::unexpected("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  Envelope envelope;
  WireReader unknown(body.substr(kMagic.size()));
  while (const auto field = unknown.Next()) {
    if (field->number == 2) {
      envelope.object = field->bytes;
    }
    if (field->number != 1) {
      continue;
    }
    WireReader type_meta(field->bytes);
    while (const auto part = type_meta.Next()) {
      if (part->number == 1) {
        envelope.api_version = ValidUtf8(part->bytes);
      } else if (part->number == 2) {
        envelope.kind = ValidUtf8(part->bytes);
      }
    }
    if (!type_meta.error().empty()) {
      return std::unexpected(type_meta.error());
    }
  }
  if (!unknown.error().empty()) {
    return std::unexpected(unknown.error());
  }
  return envelope;
}

std::expected<Json, std::string> DecodeProtobuf(const Type& type, std::string_view message) {
  MessageDecoder decoder;
  Json object;
  if (!decoder.Message(type, message, &object, 0)) {
    return std::unexpected(decoder.TakeError());
  }
  return object;
}

}  // namespace mock_kubeapi::decode
