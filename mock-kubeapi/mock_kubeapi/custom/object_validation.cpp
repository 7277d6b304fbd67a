#include "mock_kubeapi/custom/object_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "mock_kubeapi/custom/formats.h"
#include "mock_kubeapi/custom/patterns.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::custom {
namespace {

/// The JSON type of a value, in the schema's words.
std::string TypeWord(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean:
      return "boolean";
    case Json::value_t::string:
      return "string";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return "integer";
    case Json::value_t::number_float:
      return "number";
    case Json::value_t::array:
      return "array";
    case Json::value_t::object:
      return "object";
    default:
      return "null";
  }
}

std::string FormatWord(const Json& value) {
  return value.is_number_float() ? "double" : value.is_number() ? "int64" : "";
}

std::size_t RuneCount(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// A number as Go's %v shows a float64.
std::string NumberWord(const Json& number) {
  const double value = number.get<double>();
  const double size = std::abs(value);
  if (value == std::trunc(value) && size < 1e21) {
    return fmt::format("{:.0f}", value);
  }
  return fmt::format("{}", value);
}

class Validator {
 public:
  FieldErrors Run(const Json& schema, const Json& value, const std::string& path) {
    Validate(schema, value, path);
    return std::move(errors_);
  }

 private:
  void Add(FieldError::Type type, const std::string& path, Json value, std::string detail) {
    errors_.push_back({.type = type, .field = path, .bad_value = std::move(value), .detail = std::move(detail)});
  }

  void AddInvalid(const std::string& path, const Json& value, std::string_view complaint) {
    Add(FieldError::Type::kInvalid, path, value, fmt::format("{} in body {}", path, complaint));
  }

  void AddTypeMismatch(const std::string& path, std::string_view wanted, const std::string& is) {
    Add(FieldError::Type::kTypeInvalid, path, is,
        fmt::format("{} in body must be of type {}: {}", path, wanted, GoQuote(is)));
  }

  void Validate(const Json& schema, const Json& value, const std::string& path) {
    CheckType(schema, value, path);
    if (value.is_null()) {
      CheckEnum(schema, value, path);
      return;
    }
    CheckCombinations(schema, value, path);
    if (value.is_string()) {
      CheckString(schema, value, path);
    } else if (value.is_number()) {
      CheckNumber(schema, value, path);
    } else if (value.is_array()) {
      CheckArray(schema, value, path);
    }
    CheckEnum(schema, value, path);
    if (value.is_object()) {
      CheckObject(schema, value, path);
    }
  }

  void CheckType(const Json& schema, const Json& value, const std::string& path) {
    const bool int_or_string = IsTrue(schema, "x-kubernetes-int-or-string");
    const std::string wanted = int_or_string ? "integer,string" : TextOf(schema, "type");
    if (wanted.empty()) {
      return;
    }
    if (value.is_null()) {
      if (!IsTrue(schema, "nullable")) {
        AddTypeMismatch(path, wanted, "null");
      }
      return;
    }
    const std::string is = TypeWord(value);
    const bool whole = is == "number" && value.get<double>() == std::trunc(value.get<double>());
    const bool fits = int_or_string ? is == "integer" || is == "string" || whole
                                    : is == wanted || (is == "number" && wanted == "integer" && whole) ||
                                          (is == "integer" && wanted == "number");
    const std::string& format = TextOf(schema, "format");
    const bool numeric = wanted == "number" || wanted == "integer" || int_or_string;
    if (fits) {
      return;
    }
    if (!value.is_string() && !value.is_array() && !format.empty() && IsKnownFormat(format) &&
        FormatWord(value) != format) {
      AddTypeMismatch(path, format, FormatWord(value));
    } else if (numeric || format.empty() || !IsKnownFormat(format) || (!value.is_string() && !value.is_array())) {
      AddTypeMismatch(path, wanted, is);
    }
  }

  /// The number of errors that `schema` has with `value`, and the errors.
  static FieldErrors Try(const Json& schema, const Json& value, const std::string& path) {
    return Validator().Run(schema, value, path);
  }

  void AddCombination(const std::string& path, std::string_view complaint) {
    // The server's errors of combinations have no path of their own.
    Add(FieldError::Type::kInvalid, "<nil>", "", fmt::format("{} {}", GoQuote(path), complaint));
  }

  void CheckCombinations(const Json& schema, const Json& value, const std::string& path) {
    if (const Json& any_of = ListOf(schema, "anyOf"); !any_of.empty()) {
      CheckAny(any_of, value, path);
    }
    if (const Json& one_of = ListOf(schema, "oneOf"); !one_of.empty()) {
      CheckOne(one_of, value, path);
    }
    for (const Json& each : ListOf(schema, "allOf")) {
      Append(errors_, Try(each, value, path));
    }
    const std::size_t all = ListOf(schema, "allOf").size();
    const auto failing =
        static_cast<std::size_t>(std::count_if(ListOf(schema, "allOf").begin(), ListOf(schema, "allOf").end(),
                                               [&](const Json& each) { return !Try(each, value, path).empty(); }));
    if (failing > 0) {
      AddCombination(path, failing == all ? "must validate all the schemas (allOf). None validated"
                                          : "must validate all the schemas (allOf)");
    }
    if (const Json* excluded = FieldOf(schema, "not"); excluded != nullptr && Try(*excluded, value, path).empty()) {
      AddCombination(path, "must not validate the schema (not)");
    }
  }

  void CheckAny(const Json& alternatives, const Json& value, const std::string& path) {
    std::optional<FieldErrors> best;
    for (const Json& alternative : alternatives) {
      FieldErrors found = Try(alternative, value, path);
      if (found.empty()) {
        return;
      }
      if (!best || found.size() < best->size()) {
        best = std::move(found);
      }
    }
    AddCombination(path, "must validate at least one schema (anyOf)");
    Append(errors_, std::move(*best));
  }

  void CheckOne(const Json& alternatives, const Json& value, const std::string& path) {
    std::optional<FieldErrors> best;
    int valid = 0;
    for (const Json& alternative : alternatives) {
      FieldErrors found = Try(alternative, value, path);
      if (found.empty()) {
        ++valid;
      } else if (!best || found.size() < best->size()) {
        best = std::move(found);
      }
    }
    if (valid == 1) {
      return;
    }
    AddCombination(path,
                   fmt::format("must validate one and only one schema (oneOf). {}",
                               valid == 0 ? "Found none valid" : fmt::format("Found {} valid alternatives", valid)));
    if (valid == 0) {
      Append(errors_, std::move(*best));
    }
  }

  void CheckString(const Json& schema, const Json& value, const std::string& path) {
    const std::string& text = value.get_ref<const std::string&>();
    const auto length = static_cast<std::int64_t>(RuneCount(text));
    if (const auto most = IntegerOf(schema, "maxLength"); most && length > *most) {
      Add(FieldError::Type::kTooLong, path, nullptr, fmt::format("may not be longer than {}", *most));
    } else if (const auto least = IntegerOf(schema, "minLength"); least && length < *least) {
      AddInvalid(path, value, fmt::format("should be at least {} chars long", *least));
    } else if (const std::string& pattern = TextOf(schema, "pattern");
               !pattern.empty() && !MatchesPattern(pattern, text)) {
      AddInvalid(path, value, fmt::format("should match '{}'", pattern));
    }
    const std::string& format = TextOf(schema, "format");
    if (!format.empty() && !HasFormat(format, text)) {
      Add(FieldError::Type::kTypeInvalid, path, value,
          fmt::format("{} in body must be of type {}: {}", path, format, GoQuote(text)));
    }
  }

  void CheckNumber(const Json& schema, const Json& value, const std::string& path) {
    const double number = value.get<double>();
    if (const Json* factor = FieldOf(schema, "multipleOf"); factor != nullptr && factor->get<double>() > 0) {
      const double quotient = number / factor->get<double>();
      if (quotient != std::trunc(quotient)) {
        AddInvalid(path, value, fmt::format("should be a multiple of {}", NumberWord(*factor)));
      }
    }
    if (const Json* most = FieldOf(schema, "maximum")) {
      const bool exclusive = IsTrue(schema, "exclusiveMaximum");
      if (exclusive ? number >= most->get<double>() : number > most->get<double>()) {
        AddInvalid(path, value,
                   fmt::format("should be less than {}{}", exclusive ? "" : "or equal to ", NumberWord(*most)));
      }
    }
    if (const Json* least = FieldOf(schema, "minimum")) {
      const bool exclusive = IsTrue(schema, "exclusiveMinimum");
      if (exclusive ? number <= least->get<double>() : number < least->get<double>()) {
        AddInvalid(path, value,
                   fmt::format("should be greater than {}{}", exclusive ? "" : "or equal to ", NumberWord(*least)));
      }
    }
  }

  void CheckArray(const Json& schema, const Json& value, const std::string& path) {
    const auto size = static_cast<std::int64_t>(value.size());
    if (const Json* items = FieldOf(schema, "items"); items != nullptr && items->is_object()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        Validate(*items, value[i], Index(path, i));
      }
    }
    if (const auto least = IntegerOf(schema, "minItems"); least && size < *least) {
      AddInvalid(path, size, fmt::format("should have at least {} items", *least));
    }
    if (const auto most = IntegerOf(schema, "maxItems"); most && size > *most) {
      errors_.push_back(TooMany(path, size, *most));
    }
  }

  void CheckEnum(const Json& schema, const Json& value, const std::string& path) {
    const Json& allowed = ListOf(schema, "enum");
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) {
      return;
    }
    std::vector<std::string> words;
    for (const Json& one : allowed) {
      words.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    }
    errors_.push_back(NotSupported(path, value, words));
  }

  void CheckObject(const Json& schema, const Json& value, const std::string& path) {
    const auto size = static_cast<std::int64_t>(value.size());
    if (const auto least = IntegerOf(schema, "minProperties"); least && size < *least) {
      AddInvalid(path, size, fmt::format("should have at least {} properties", *least));
      return;
    }
    if (const auto most = IntegerOf(schema, "maxProperties"); most && size > *most) {
      errors_.push_back(TooMany(path, size, *most));
      return;
    }
    const Json& properties = ObjectOf(schema, "properties");
    if (const Json* values = FieldOf(schema, "additionalProperties"); values != nullptr && values->is_object()) {
      for (const auto& [name, member] : value.items()) {
        if (!properties.contains(name)) {
          Validate(*values, member, Child(path, name));
        }
      }
    }
    for (const auto& [name, property] : properties.items()) {
      if (const auto member = value.find(name); member != value.end()) {
        Validate(property, *member, Child(path, name));
      }
    }
    for (const Json& name : ListOf(schema, "required")) {
      const auto& text = name.get_ref<const std::string&>();
      if (!value.contains(text) && !IsSet(ObjectOf(ObjectOf(schema, "properties"), text), "default")) {
        errors_.push_back(Required(Child(path, text), ""));
      }
    }
  }

  FieldErrors errors_;
};

/// The key fields of an item of a list of type map.
Json KeyOf(const Json& schema, const Json& item) {
  Json key = Json::object();
  for (const Json& name : ListOf(schema, "x-kubernetes-list-map-keys")) {
    const auto& text = name.get_ref<const std::string&>();
    if (const auto member = item.find(text); member != item.end()) {
      key[text] = *member;
    }
  }
  return key;
}

void CheckList(const Json& schema, const Json& list, const std::string& path, FieldErrors* errors) {
  const std::string& list_type = TextOf(schema, "x-kubernetes-list-type");
  if (list_type != "set" && list_type != "map") {
    return;
  }
  if (list_type == "map") {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!list[i].is_object() && !list[i].is_null()) {
        errors->push_back(Invalid(Index(path, i), list[i], "must be an object for an array of list-type map"));
        return;
      }
    }
  }
  std::multiset<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json shown = list_type == "map" && list[i].is_object() ? KeyOf(schema, list[i]) : list[i];
    const std::string text = shown.dump();
    if (seen.count(text) == 1) {
      errors->push_back(Duplicate(Index(path, i), shown));
    }
    seen.insert(text);
  }
}

}  // namespace

FieldErrors ValidateAgainstSchema(const Json& schema, const Json& value, const std::string& path) {
  return Validator().Run(schema, value, path);
}

FieldErrors ValidateListTypes(const Json& schema, const Json& value, const std::string& path) {
  FieldErrors errors;
  if (value.is_array()) {
    CheckList(schema, value, path, &errors);
    if (const Json* items = FieldOf(schema, "items")) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        Append(errors, ValidateListTypes(*items, value[i], Index(path, i)));
      }
    }
  } else if (value.is_object()) {
    const Json* values = FieldOf(schema, "additionalProperties");
    for (const auto& [name, member] : value.items()) {
      if (const Json* property = FieldOf(ObjectOf(schema, "properties"), name)) {
        Append(errors, ValidateListTypes(*property, member, Child(path, name)));
      } else if (values != nullptr && values->is_object()) {
        Append(errors, ValidateListTypes(*values, member, Key(path, name)));
      }
    }
  }
  return errors;
}

}  // namespace mock_kubeapi::custom
