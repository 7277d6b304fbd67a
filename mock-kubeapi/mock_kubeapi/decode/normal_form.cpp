#include "mock_kubeapi/decode/normal_form.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/decode/go_base64.h"
#include "mock_kubeapi/decode/go_encoding.h"
#include "mock_kubeapi/decode/go_time.h"
#include "mock_kubeapi/decode/quantity.h"

namespace mock_kubeapi::decode {
namespace {

using schema::Field;
using schema::Shape;
using schema::Type;
using schema::Variant;

/// As decoding makes them: not unsigned, not with a fraction.
bool IsInteger(const Json& value) {
  return value.type() == Json::value_t::number_integer;
}

bool IsInt32(const Json& value) {
  if (!IsInteger(value)) return false;
  const auto number = value.get<std::int64_t>();
  return number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max();
}

/// Base64 that encoding what it decodes to gives again.
bool IsCanonicalBase64(const std::string& text) {
  const auto bytes = GoDecodeBase64(text);
  return !text.empty() && bytes && EncodeBase64(*bytes) == text;
}

/// Whole seconds in UTC. Go's zero time, which becomes null, lies before 1970.
bool IsCanonicalTime(const std::string& text) {
  const auto time = ParseTime(text);
  return time && time->seconds >= 0 && FormatTime(*time) == text;
}

bool IsCanonicalQuantity(const std::string& text) {
  const auto canonical = CanonicalQuantity(text);
  return canonical && *canonical == text;
}

/// Of a value that may be anything.
bool HasNormalNumbers(const Json& value) {
  if (value.is_structured()) return std::ranges::all_of(value, HasNormalNumbers);
  return !value.is_number() || IsInteger(value);
}

bool IsNormal(const Type& type, const Json& value);

bool IsNormalObject(const Type& type, const Json& value) {
  if (!value.is_object()) return false;
  std::size_t always = 0;
  for (const auto& [name, member] : value.items()) {
    const Field* field = type.Find(name);
    if (field == nullptr || !IsNormalField(*field, member)) return false;
    always += field->always ? 1 : 0;
  }
  // None is missing of those that are always sent.
  return std::ranges::count_if(type.fields, &Field::always) == static_cast<std::ptrdiff_t>(always);
}

/// Items of lists and maps: there null is the zero value.
bool AreNormalItems(const Type& type, const Json& items) {
  return std::ranges::all_of(items, [&](const Json& item) { return !item.is_null() && IsNormal(*type.element, item); });
}

/// Of a value that is not null.
bool IsNormal(const Type& type, const Json& value) {
  switch (type.shape) {
    case Shape::kString:
    case Shape::kDuration:
      return value.is_string();
    case Shape::kBool:
      return value.is_boolean();
    case Shape::kInt32:
      return IsInt32(value);
    case Shape::kInt64:
    case Shape::kDouble:
      return IsInteger(value);
    case Shape::kBytes:
      return value.is_string() && IsCanonicalBase64(value.get_ref<const std::string&>());
    case Shape::kTime:
      return value.is_string() && IsCanonicalTime(value.get_ref<const std::string&>());
    case Shape::kMicroTime:
      return false;
    case Shape::kQuantity:
      return value.is_string() && IsCanonicalQuantity(value.get_ref<const std::string&>());
    case Shape::kIntOrString:
      return value.is_string() || IsInt32(value);
    case Shape::kObject:
      return IsNormalObject(type, value);
    case Shape::kMap:
      return value.is_object() && AreNormalItems(type, value);
    case Shape::kList:
      return value.is_array() && AreNormalItems(type, value);
    case Shape::kAny:
      return type.variant == Variant::kNone && HasNormalNumbers(value);
  }
  return false;
}

/// What encoding an unset field gives is null.
bool IsNullWhenUnset(const Field& field) {
  const Shape shape = field.type->shape;
  return field.pointer || shape == Shape::kTime || shape == Shape::kMicroTime || shape == Shape::kList ||
         shape == Shape::kMap || shape == Shape::kBytes;
}

}  // namespace

bool IsNormalField(const Field& field, const Json& value) {
  if (value.is_null()) return field.always && IsNullWhenUnset(field);
  if (field.always) {
    const bool becomes_null = (field.type->shape == Shape::kList || field.type->shape == Shape::kMap) && value.empty();
    return !becomes_null && IsNormal(*field.type, value);
  }
  return (field.pointer || !IsZero(value)) && IsNormal(*field.type, value);
}

}  // namespace mock_kubeapi::decode
