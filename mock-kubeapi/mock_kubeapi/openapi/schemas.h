// The schemas of an OpenAPI document, made of the types. Versions 2 and 3 differ in how they refer to each other and to
// values of several JSON types.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::openapi {

enum class SpecVersion { kV2, kV3 };

/// Collects the schemas that a document needs, each once.
class SchemaCollector {
 public:
  explicit SchemaCollector(SpecVersion version) : version_(version) {}

  /// Adds the type of a row, that of its list and those of its subresources, with all they refer to.
  void AddKind(const Kind& kind);
  /// A built-in type by its OpenAPI name; nothing where there is none.
  void AddNamed(std::string_view name);
  /// {"$ref": …} of a type by name.
  Json Reference(std::string_view name) const;
  /// Everything that was added: by name.
  Json Take() { return std::move(schemas_); }

 private:
  void AddType(const schema::Type& type);
  void AddCustomList(const Kind& kind);
  Json Definition(const schema::Type& type);
  Json Property(const schema::Field& field);
  Json Value(const schema::Type& type);
  Json ValueOfWellKnown(std::string_view name);
  Json Object(const schema::Type& type);

  SpecVersion version_;
  Json schemas_ = Json::object();
  /// Where references of a custom kind's type must name it.
  const Kind* custom_ = nullptr;
};

/// The name of the list type of a kind.
std::string ListName(const Kind& kind);
/// The group, version and kind as the extension x-kubernetes-group-version-kind shows them.
Json GroupVersionKindOf(const Kind& kind);

}  // namespace mock_kubeapi::openapi
