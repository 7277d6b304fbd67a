#include "mock_kubeapi/schema/type_builder.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

namespace mock_kubeapi::schema {
namespace {

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Takes the first word off `text`.
std::string_view TakeWord(std::string_view* text) {
  *text = Trim(*text);
  const std::string_view word = text->substr(0, text->find(' '));
  *text = Trim(text->substr(word.size()));
  return word;
}

/// Takes "-- description" off the end of `line`.
std::string TakeDescription(std::string_view* line) {
  const auto at = line->find(" -- ");
  if (at == std::string_view::npos) {
    return {};
  }
  std::string description(Trim(line->substr(at + 4)));
  *line = line->substr(0, at);
  return description;
}

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) {
    return false;
  }
  text->remove_prefix(prefix.size());
  return true;
}

bool TakeSuffix(std::string_view* text, char suffix) {
  if (!text->ends_with(suffix)) {
    return false;
  }
  text->remove_suffix(1);
  return true;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(at + 1);
  }
}

struct Simple {
  std::string_view word;
  Shape shape;
  std::string_view go_name;
};

constexpr std::array kSimple = {
    Simple{.word = "string", .shape = Shape::kString, .go_name = "string"},
    Simple{.word = "bool", .shape = Shape::kBool, .go_name = "bool"},
    Simple{.word = "int32", .shape = Shape::kInt32, .go_name = "int32"},
    Simple{.word = "int64", .shape = Shape::kInt64, .go_name = "int64"},
    Simple{.word = "double", .shape = Shape::kDouble, .go_name = "float64"},
    Simple{.word = "bytes", .shape = Shape::kBytes, .go_name = "[]uint8"},
    Simple{.word = "time", .shape = Shape::kTime, .go_name = "v1.Time"},
    Simple{.word = "microtime", .shape = Shape::kMicroTime, .go_name = "v1.MicroTime"},
    Simple{.word = "duration", .shape = Shape::kDuration, .go_name = "v1.Duration"},
    Simple{.word = "quantity", .shape = Shape::kQuantity, .go_name = "resource.Quantity"},
    Simple{.word = "intorstring", .shape = Shape::kIntOrString, .go_name = "intstr.IntOrString"},
    Simple{.word = "any", .shape = Shape::kAny, .go_name = "interface {}"},
};

struct VariantWord {
  std::string_view word;
  Variant variant;
};

constexpr std::array kVariants = {
    VariantWord{.word = "schemaOrBool", .variant = Variant::kObjectOrBool},
    VariantWord{.word = "schemaOrList", .variant = Variant::kObjectOrList},
    VariantWord{.word = "schemaOrStrings", .variant = Variant::kObjectOrStrings},
};

/// Values that Go sends even when they are zero, because omitempty doesn't leave out structs.
bool IsGoStruct(const Type& type) {
  switch (type.shape) {
    case Shape::kObject:
    case Shape::kTime:
    case Shape::kMicroTime:
    case Shape::kDuration:
    case Shape::kQuantity:
    case Shape::kIntOrString:
    case Shape::kAny:
      return true;
    default:
      return false;
  }
}

[[noreturn]] void Refuse(std::string_view line, std::string_view why) {
  throw std::runtime_error(fmt::format("type description \"{}\": {}", line, why));
}

void ApplyListOption(std::string_view value, std::string_view line, Type* list) {
  if (list->shape != Shape::kList) {
    Refuse(line, "list= needs a list");
  }
  if (value == "set") {
    list->list_type = ListType::kSet;
  } else if (TakePrefix(&value, "map:")) {
    list->list_type = ListType::kMap;
    list->map_keys = Split(value, ',');
  } else if (value != "atomic") {
    Refuse(line, "unknown list type");
  }
}

}  // namespace

TypeBuilder::TypeBuilder(const std::vector<std::string_view>& descriptions) {
  for (const std::string_view text : descriptions) {
    Declare(text);
  }
  for (auto& [name, declared] : declared_) {
    Fill(declared);
  }
}

void TypeBuilder::Declare(std::string_view text) {
  std::string package;
  std::string prefix;
  std::string group;
  std::string version;
  Declared* current = nullptr;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (Trim(line).empty() || line.starts_with('#')) {
      continue;
    }
    if (line.starts_with("  ")) {
      if (current == nullptr) {
        Refuse(line, "a field before any type");
      }
      current->lines.push_back(Trim(line));
      continue;
    }
    const std::string_view whole = line;
    std::string description = TakeDescription(&line);
    std::string name(TakeWord(&line));
    if (name == "package") {
      package = TakeWord(&line);
      prefix = TakeWord(&line);
      version = prefix.substr(prefix.rfind('.') + 1);
      TakeWord(&line);
      group = TakeWord(&line) == "\"\"" ? "" : whole.substr(whole.rfind(' ') + 1);
      continue;
    }
    Type& type = types_.emplace_back();
    type.shape = Shape::kObject;
    type.name = fmt::format("{}.{}", prefix, name);
    type.go_name = fmt::format("{}.{}", version, name);
    type.description = std::move(description);
    current = &declared_[fmt::format("{}.{}", package, name)];
    current->type = &type;
    current->package = package;
    for (std::string_view option = TakeWord(&line); !option.empty(); option = TakeWord(&line)) {
      if (option == "kind") {
        current->is_kind = true;
      } else if (option == "atomic") {
        type.atomic = true;
      } else {
        Refuse(whole, "unknown option");
      }
    }
    named_.push_back(
        {.type = &type, .group = group, .version = version, .kind = current->is_kind ? name : std::string()});
  }
}

void TypeBuilder::Fill(Declared& declared) {
  if (declared.filled) {
    return;
  }
  declared.filled = true;
  if (declared.is_kind) {
    const Type* text = Expression("string", declared.package);
    declared.type->fields.push_back(
        {.name = "apiVersion", .type = text, .description = "The API group and version of this object's schema."});
    declared.type->fields.push_back(
        {.name = "kind", .type = text, .description = "What this object is, in CamelCase. Cannot be changed."});
  }
  for (const std::string_view line : declared.lines) {
    AddField(declared, line);
  }
}

void TypeBuilder::AddField(Declared& declared, std::string_view line) {
  const std::string_view whole = line;
  Field field;
  field.description = TakeDescription(&line);
  std::string_view name = TakeWord(&line);
  bool always = TakeSuffix(&name, '+');
  field.required = TakeSuffix(&name, '!');
  field.name = name;
  const std::string_view number = TakeWord(&line);
  if (std::from_chars(number.data(), number.data() + number.size(), field.proto_number).ec != std::errc()) {
    Refuse(whole, "no protobuf number");
  }
  std::string_view expression = TakeWord(&line);
  if (field.name == "inline") {
    Declared& inlined = Lookup(expression, declared.package);
    Fill(inlined);
    for (Field copy : inlined.type->fields) {
      copy.proto_parent = field.proto_number;
      declared.type->fields.push_back(std::move(copy));
    }
    return;
  }
  field.pointer = TakePrefix(&expression, "*");
  field.type = Expression(expression, declared.package);
  always = always || (!field.pointer && IsGoStruct(*field.type));
  for (std::string_view option = TakeWord(&line); !option.empty(); option = TakeWord(&line)) {
    if (option == "omitzero") {
      always = false;
    } else if (TakePrefix(&option, "patch=")) {
      std::vector<std::string> parts = Split(option, ':');
      field.patch_strategy = std::move(parts[0]);
      field.patch_merge_key = parts.size() > 1 ? std::move(parts[1]) : std::string();
    } else if (TakePrefix(&option, "default=")) {
      field.default_json = option;
    } else {
      Type& own = types_.emplace_back(*field.type);
      if (option == "atomic") {
        own.atomic = true;
      } else if (TakePrefix(&option, "list=")) {
        ApplyListOption(option, whole, &own);
      } else {
        Refuse(whole, "unknown option");
      }
      field.type = &own;
    }
  }
  field.always = always;
  declared.type->fields.push_back(std::move(field));
}

const Type* TypeBuilder::Expression(std::string_view text, const std::string& package) {
  const std::string key = fmt::format("{} {}", package, text);
  if (const auto known = expressions_.find(key); known != expressions_.end()) {
    return known->second;
  }
  const std::string_view base = text.substr(0, text.find('/'));
  const std::string_view go_word = base.size() < text.size() ? text.substr(base.size() + 1) : std::string_view();
  for (const Simple& simple : kSimple) {
    if (base == simple.word) {
      std::string go_name(simple.go_name);
      if (!go_word.empty()) {
        go_name = go_word.find('.') == std::string_view::npos ? fmt::format("v1.{}", go_word) : std::string(go_word);
      }
      return Anonymous(key, {.shape = simple.shape, .go_name = std::move(go_name)});
    }
  }
  for (const VariantWord& variant : kVariants) {
    if (text == variant.word) {
      return Anonymous(
          key, {.shape = Shape::kAny, .element = Lookup("JSONSchemaProps", package).type, .variant = variant.variant});
    }
  }
  if (std::string_view element = text; TakePrefix(&element, "[]")) {
    const Type* type = Expression(element, package);
    return Anonymous(key, {.shape = Shape::kList, .go_name = "[]" + type->go_name, .element = type});
  }
  if (std::string_view value = text; TakePrefix(&value, "map[ResourceName]")) {
    return Anonymous(key, {.shape = Shape::kMap, .go_name = "v1.ResourceList", .element = Expression(value, package)});
  }
  if (std::string_view value = text; TakePrefix(&value, "map[string]")) {
    const Type* type = Expression(value, package);
    return Anonymous(key, {.shape = Shape::kMap, .go_name = "map[string]" + type->go_name, .element = type});
  }
  if (base == "wrapped") {
    return Anonymous(key, {.shape = Shape::kList,
                           .go_name = fmt::format("v1.{}", go_word),
                           .element = Expression("string", package),
                           .proto_wrapped = true});
  }
  return Lookup(text, package).type;
}

const Type* TypeBuilder::Anonymous(std::string_view key, Type type) {
  const Type* added = &types_.emplace_back(std::move(type));
  expressions_.emplace(key, added);
  return added;
}

TypeBuilder::Declared& TypeBuilder::Lookup(std::string_view name, const std::string& package) {
  const std::string key =
      name.find('.') == std::string_view::npos ? fmt::format("{}.{}", package, name) : std::string(name);
  const auto found = declared_.find(key);
  if (found == declared_.end()) {
    Refuse(key, "no such type");
  }
  return found->second;
}

}  // namespace mock_kubeapi::schema
