#include "mock_kubeapi/openapi/schemas.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::openapi {
namespace {

using schema::Field;
using schema::ListType;
using schema::Shape;
using schema::Type;

constexpr std::string_view kTime = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
constexpr std::string_view kMicroTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
constexpr std::string_view kDuration = "io.k8s.apimachinery.pkg.apis.meta.v1.Duration";
constexpr std::string_view kQuantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
constexpr std::string_view kIntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
constexpr std::string_view kListMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

/// Types that are no objects but have a name of their own.
Json WellKnown(std::string_view name, SpecVersion version) {
  if (name == kTime) {
    return {{"type", "string"}, {"format", "date-time"}, {"description", "A time, RFC 3339, in whole seconds."}};
  }
  if (name == kMicroTime) {
    return {{"type", "string"}, {"format", "date-time"}, {"description", "A time, RFC 3339, with microseconds."}};
  }
  if (name == kDuration) {
    return {{"type", "string"}, {"description", "A duration, such as 1m30s."}};
  }
  Json schema;
  if (name == kQuantity) {
    schema["description"] = "An amount of a resource, such as 100m or 1Gi.";
    if (version == SpecVersion::kV3) {
      schema["oneOf"] = Json::array({{{"type", "string"}}, {{"type", "number"}}});
    } else {
      schema["type"] = "string";
    }
    return schema;
  }
  schema["description"] = "A number or a text, such as 80, \"http\" or \"50%\".";
  schema["format"] = "int-or-string";
  if (version == SpecVersion::kV3) {
    schema["oneOf"] = Json::array({{{"type", "integer"}}, {{"type", "string"}}});
  } else {
    schema["type"] = "string";
  }
  return schema;
}

Json KindsOf(const Type& type) {
  Json kinds = Json::array();
  for (const schema::KindKey& key : schema::KindsOfType(type)) {
    kinds.push_back({{"group", key.group}, {"version", key.version}, {"kind", key.kind}});
  }
  return kinds;
}

void AddListType(const Type& type, Json* schema) {
  switch (type.list_type) {
    case ListType::kAtomic:
      (*schema)["x-kubernetes-list-type"] = "atomic";
      return;
    case ListType::kSet:
      (*schema)["x-kubernetes-list-type"] = "set";
      return;
    case ListType::kMap:
      (*schema)["x-kubernetes-list-type"] = "map";
      (*schema)["x-kubernetes-list-map-keys"] = type.map_keys;
      return;
  }
}

}  // namespace

std::string ListName(const Kind& kind) {
  return kind.type->name + "List";
}

Json GroupVersionKindOf(const Kind& kind) {
  return {{"group", kind.group}, {"version", kind.version}, {"kind", kind.kind}};
}

void SchemaCollector::AddKind(const Kind& kind) {
  if (kind.type == nullptr) {
    return;
  }
  if (kind.type->custom) {
    custom_ = &kind;
    AddType(*kind.type);
    schemas_[kind.type->name]["x-kubernetes-group-version-kind"] = Json::array({GroupVersionKindOf(kind)});
    AddCustomList(kind);
    custom_ = nullptr;
    return;
  }
  AddType(*kind.type);
  AddNamed(ListName(kind));
  for (const Subresource& subresource : kind.subresources) {
    const bool own = subresource.version.empty();
    const Type* type = schema::FindKind({.group = own ? kind.group : subresource.group,
                                         .version = own ? kind.version : subresource.version,
                                         .kind = subresource.kind});
    if (type != nullptr) {
      AddType(*type);
    }
  }
}

void SchemaCollector::AddNamed(std::string_view name) {
  if (const Type* type = schema::FindType(name)) {
    AddType(*type);
  }
}

Json SchemaCollector::Reference(std::string_view name) const {
  return {
      {"$ref", fmt::format("{}{}", version_ == SpecVersion::kV2 ? "#/definitions/" : "#/components/schemas/", name)}};
}

void SchemaCollector::AddType(const Type& type) {
  if (schemas_.contains(type.name)) {
    return;
  }
  // First the place, because types may refer to themselves.
  schemas_[type.name] = nullptr;
  Json definition = Definition(type);
  schemas_[type.name] = std::move(definition);
}

void SchemaCollector::AddCustomList(const Kind& kind) {
  AddNamed(kListMeta);
  const std::string name = kind.type->name;
  Json list = {{"type", "object"},
               {"description", fmt::format("A list of {}.", kind.kind)},
               {"required", Json::array({"items"})},
               {"properties",
                {{"apiVersion", {{"type", "string"}}},
                 {"kind", {{"type", "string"}}},
                 {"metadata", Reference(kListMeta)},
                 {"items", {{"type", "array"}, {"items", Reference(name)}}}}}};
  Json gvk = GroupVersionKindOf(kind);
  gvk["kind"] = kind.kind + "List";
  list["x-kubernetes-group-version-kind"] = Json::array({std::move(gvk)});
  schemas_[ListName(kind)] = std::move(list);
}

Json SchemaCollector::Definition(const Type& type) {
  Json schema = Object(type);
  if (!type.description.empty()) {
    schema["description"] = type.description;
  }
  if (Json kinds = KindsOf(type); !kinds.empty()) {
    schema["x-kubernetes-group-version-kind"] = std::move(kinds);
  }
  return schema;
}

Json SchemaCollector::Object(const Type& type) {
  Json schema = {{"type", "object"}};
  if (type.preserve_unknown) {
    schema["x-kubernetes-preserve-unknown-fields"] = true;
    if (version_ == SpecVersion::kV2) {
      // Clients of version 2 take every field that is not named for an error.
      schema.erase("type");
      return schema;
    }
  }
  Json required = Json::array();
  for (const Field& field : type.fields) {
    schema["properties"][field.name] = Property(field);
    if (field.required) {
      required.push_back(field.name);
    }
  }
  if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  if (type.atomic) {
    schema["x-kubernetes-map-type"] = "atomic";
  }
  if (type.embedded_resource) {
    schema["x-kubernetes-embedded-resource"] = true;
  }
  return schema;
}

Json SchemaCollector::Property(const Field& field) {
  Json schema = Value(*field.type);
  const bool refers = schema.contains("$ref");
  if (refers && version_ == SpecVersion::kV3) {
    // Nothing may stand beside a $ref in version 3.
    schema = {{"allOf", Json::array({std::move(schema)})}};
    if (field.always && field.type->shape == Shape::kObject) {
      schema["default"] = Json::object();
    }
  }
  if (!field.description.empty()) {
    schema["description"] = field.description;
  }
  if (!field.patch_strategy.empty()) {
    schema["x-kubernetes-patch-strategy"] = field.patch_strategy;
  }
  if (!field.patch_merge_key.empty()) {
    schema["x-kubernetes-patch-merge-key"] = field.patch_merge_key;
  }
  return schema;
}

Json SchemaCollector::ValueOfWellKnown(std::string_view name) {
  Json& known = schemas_[std::string(name)];
  if (known.is_null()) {
    known = WellKnown(name, version_);
  }
  return Reference(name);
}

Json SchemaCollector::Value(const Type& type) {
  switch (type.shape) {
    case Shape::kString:
      return {{"type", "string"}};
    case Shape::kBool:
      return {{"type", "boolean"}};
    case Shape::kInt32:
      return {{"type", "integer"}, {"format", "int32"}};
    case Shape::kInt64:
      return {{"type", "integer"}, {"format", "int64"}};
    case Shape::kDouble:
      return {{"type", "number"}, {"format", "double"}};
    case Shape::kBytes:
      return {{"type", "string"}, {"format", "byte"}};
    case Shape::kTime:
      return ValueOfWellKnown(kTime);
    case Shape::kMicroTime:
      return ValueOfWellKnown(kMicroTime);
    case Shape::kDuration:
      return ValueOfWellKnown(kDuration);
    case Shape::kQuantity:
      return ValueOfWellKnown(kQuantity);
    case Shape::kIntOrString:
      return custom_ != nullptr ? Json{{"x-kubernetes-int-or-string", true}} : ValueOfWellKnown(kIntOrString);
    case Shape::kObject: {
      if (!type.name.empty()) {
        AddType(type);
        return Reference(type.name);
      }
      Json schema = Object(type);
      if (!type.description.empty()) {
        schema["description"] = type.description;
      }
      return schema;
    }
    case Shape::kMap: {
      Json schema = {{"type", "object"}, {"additionalProperties", Value(*type.element)}};
      if (type.atomic) {
        schema["x-kubernetes-map-type"] = "atomic";
      }
      return schema;
    }
    case Shape::kList: {
      Json schema = {{"type", "array"}, {"items", Value(*type.element)}};
      AddListType(type, &schema);
      return schema;
    }
    case Shape::kAny:
      break;
  }
  if (type.element != nullptr && type.variant != schema::Variant::kNone) {
    AddType(*type.element);
  }
  if (custom_ != nullptr) {
    return {{"x-kubernetes-preserve-unknown-fields", true}};
  }
  return Json::object();
}

}  // namespace mock_kubeapi::openapi
