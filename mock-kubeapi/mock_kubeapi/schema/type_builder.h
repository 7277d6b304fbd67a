// Builds types from their descriptions. A description is a text of lines:
//
//   package core_v1 io.k8s.api.core.v1 group ""     what other packages call it, its OpenAPI prefix, its API group
//   # a comment
//   Secret kind -- What a Secret is.                a type; "kind": it has apiVersion and kind; "atomic": owned whole
//     metadata 1 meta_v1.ObjectMeta                 a field: JSON name, protobuf number (0: none), type, options
//     type 3 string/SecretType -- What it is for.   "/SecretType": the Go name of the scalar, for messages
//     inline 2 VolumeSource                         the fields of that type, in a protobuf message of that number
//
// After the name: "!" required by the OpenAPI, "+" sent even when unset (a Go field without omitempty).
// Types: string bool int32 int64 double bytes time microtime duration quantity intorstring any, T, *T, []T,
// map[string]T, map[ResourceName]quantity (a ResourceList), schemaOrBool, schemaOrList, schemaOrStrings,
// wrapped/ExtraValue. A struct that is no pointer is always sent, unless "omitzero".
// Options: patch=STRATEGY[:KEY], list=atomic|set|map:KEY,KEY, atomic, omitzero, default=JSON (without spaces).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/schema/type.h"

namespace mock_kubeapi::schema {

/// Owns the types it builds.
class TypeBuilder {
 public:
  struct Named {
    Type* type = nullptr;
    std::string group;
    std::string version;
    std::string kind;  ///< empty for types that are no kind
  };

  /// All packages at once, because they refer to each other. Throws std::runtime_error with the line for a description
  /// that cannot be read: the descriptions are part of the program.
  explicit TypeBuilder(const std::vector<std::string_view>& descriptions);

  const std::deque<Named>& named() const { return named_; }

 private:
  /// A declared type whose field lines have not been read yet.
  struct Declared {
    Type* type = nullptr;
    std::string package;
    bool is_kind = false;
    std::vector<std::string_view> lines;
    bool filled = false;
  };

  void Declare(std::string_view text);
  void Fill(Declared& declared);
  void AddField(Declared& declared, std::string_view line);
  const Type* Expression(std::string_view text, const std::string& package);
  const Type* Anonymous(std::string_view key, Type type);
  Declared& Lookup(std::string_view name, const std::string& package);

  std::deque<Type> types_;
  std::deque<Named> named_;
  std::map<std::string, Declared, std::less<>> declared_;        ///< "core_v1.Secret"
  std::map<std::string, const Type*, std::less<>> expressions_;  ///< by package and text
};

}  // namespace mock_kubeapi::schema
