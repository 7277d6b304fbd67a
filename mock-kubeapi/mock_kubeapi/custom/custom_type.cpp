#include "mock_kubeapi/custom/custom_type.h"

#include <algorithm>
#include <utility>

#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::custom {
namespace {

using schema::Field;
using schema::ListType;
using schema::Shape;
using schema::Type;

class Builder {
 public:
  explicit Builder(CustomType* owner) : owner_(owner) {}

  const Type* Build(const Json& schema) {
    Type type;
    type.description = TextOf(schema, "description");
    const std::string& word = TextOf(schema, "type");
    const bool preserve = IsTrue(schema, "x-kubernetes-preserve-unknown-fields");
    if (IsTrue(schema, "x-kubernetes-int-or-string")) {
      type.shape = Shape::kIntOrString;
    } else if (word == "object" || (word.empty() && preserve && !ObjectOf(schema, "properties").empty())) {
      BuildObject(schema, &type);
    } else if (word == "array") {
      BuildList(schema, &type);
    } else if (word == "string") {
      type.shape = Shape::kString;
    } else if (word == "integer") {
      type.shape = Shape::kInt64;
    } else if (word == "number") {
      type.shape = Shape::kDouble;
    } else if (word == "boolean") {
      type.shape = Shape::kBool;
    } else {
      type.shape = Shape::kAny;
    }
    return Add(std::move(type));
  }

  /// Fields that every custom object has.
  void AddMeta(Type* root) {
    const Type* text = Add({.shape = Shape::kString});
    const Type* metadata = schema::FindType("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    for (Field field :
         {Field{
              .name = "apiVersion", .type = text, .description = "The API group and version of this object's schema."},
          Field{.name = "kind", .type = text, .description = "What this object is, in CamelCase. Cannot be changed."},
          Field{.name = "metadata", .type = metadata, .description = "Standard object metadata."}}) {
      std::erase_if(root->fields, [&](const Field& own) { return own.name == field.name; });
      root->fields.push_back(std::move(field));
    }
  }

  const Type* Add(Type type) { return &owner_->types.emplace_back(std::move(type)); }

 private:
  void BuildObject(const Json& schema, Type* type) {
    type->shape = Shape::kObject;
    type->atomic = TextOf(schema, "x-kubernetes-map-type") == "atomic";
    type->preserve_unknown = IsTrue(schema, "x-kubernetes-preserve-unknown-fields");
    type->embedded_resource = IsTrue(schema, "x-kubernetes-embedded-resource");
    if (const Json* values = FieldOf(schema, "additionalProperties")) {
      if (values->is_object()) {
        type->shape = Shape::kMap;
        type->element = Build(*values);
        return;
      }
      type->preserve_unknown = type->preserve_unknown || *values == true;
    }
    const Json& required = ListOf(schema, "required");
    for (const auto& [name, property] : ObjectOf(schema, "properties").items()) {
      Field field{.name = name, .type = Build(property)};
      field.required = std::find(required.begin(), required.end(), name) != required.end();
      field.description = field.type->description;
      type->fields.push_back(std::move(field));
    }
  }

  void BuildList(const Json& schema, Type* type) {
    type->shape = Shape::kList;
    const Json* items = FieldOf(schema, "items");
    type->element = items == nullptr ? Add({.shape = Shape::kAny}) : Build(*items);
    const std::string& list_type = TextOf(schema, "x-kubernetes-list-type");
    if (list_type == "set") {
      type->list_type = ListType::kSet;
    } else if (list_type == "map") {
      type->list_type = ListType::kMap;
      for (const Json& key : ListOf(schema, "x-kubernetes-list-map-keys")) {
        type->map_keys.push_back(key.is_string() ? key.get<std::string>() : std::string());
      }
    }
  }

  CustomType* owner_;
};

}  // namespace

std::shared_ptr<const CustomType> MakeCustomType(const Json& schema, std::string name) {
  auto custom = std::make_shared<CustomType>();
  Builder builder(custom.get());
  Type root = *builder.Build(schema);
  root.shape = Shape::kObject;
  root.name = std::move(name);
  root.custom = true;
  builder.AddMeta(&root);
  custom->root = builder.Add(std::move(root));
  return custom;
}

}  // namespace mock_kubeapi::custom
