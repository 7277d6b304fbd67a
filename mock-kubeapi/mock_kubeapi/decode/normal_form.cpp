#include "mock_kubeapi/decode/normal_form.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string_view>

#include "mock_kubeapi/decode/ascii.h"
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

/// The six bits of a character of base64; -1: it is none.
int BitsOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

/// Base64 that encoding what it decodes to gives again.
bool IsCanonicalBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  if (!std::ranges::all_of(text, [](char c) { return BitsOf(c) >= 0; })) return false;
  const int unused = padding == 0 ? 0 : (1 << (2 * padding)) - 1;
  return (BitsOf(text.back()) & unused) == 0;
}

/// Whole seconds in UTC, in the years in which clusters run: 2024-01-01T00:00:00Z.
bool IsCanonicalTime(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !IsDigit(text[i]) : text[i] != kForm[i]) return false;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = 10 * value + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  return number(0, 4) >= 1970 && date.ok() && number(11, 2) < 24 && number(14, 2) < 60 && number(17, 2) < 60;
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

bool IsEmptyCollection(const Json& value) {
  return value.is_structured() && value.empty();
}

bool IsZeroValue(const Json& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return IsEmptyCollection(value) || (value.is_number() && value == 0);
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
  return (field.pointer || !IsZeroValue(value)) && IsNormal(*field.type, value);
}

}  // namespace mock_kubeapi::decode
