// What is known of the shape of a Kubernetes object: one description, read by decoding (unknown fields, wrong types),
// server-side apply, strategic merge patch, OpenAPI, `kubectl explain` and the protobuf decoder.
// Sources: the published OpenAPI (x-kubernetes-list-type, x-kubernetes-patch-merge-key …) and generated.proto numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mock_kubeapi::schema {

enum class Shape : std::uint8_t {
  kString,
  kBool,
  kInt32,
  kInt64,
  kDouble,
  kBytes,      ///< base64 text in JSON
  kTime,       ///< RFC 3339, whole seconds; JSON null is "not set"
  kMicroTime,  ///< RFC 3339, six digits
  kDuration,   ///< Go duration text
  kQuantity,   ///< "100m", "1Gi"; a number in JSON is accepted
  kIntOrString,
  kObject,  ///< known fields
  kMap,     ///< string keys, all values of type `element`
  kList,    ///< items of type `element`
  kAny,     ///< any JSON value, kept as it is (FieldsV1, RawExtension, JSONSchema defaults …)
};

/// How server-side apply merges a list.
enum class ListType : std::uint8_t { kAtomic, kSet, kMap };

struct Type;

struct Field {
  std::string name;      ///< JSON name
  int proto_number = 0;  ///< in generated.proto; 0 where the field has none
  /// The field lies in an embedded message with this number (Volume's sources, Probe's handlers); 0: directly.
  int proto_parent = 0;
  const Type* type = nullptr;  ///< never null; owned by the registry
  bool required = false;       ///< by the OpenAPI (informational: validation has its own words)
  std::string description;     ///< ours, for explain
  /// Strategic merge patch: "merge", "replace", "retainKeys", "merge,retainKeys"; empty is replace.
  std::string patch_strategy;
  std::string patch_merge_key;  ///< for lists of objects with strategy merge
  /// Set and zero differ (a Go pointer): 0, false, "" and {} are kept. Otherwise a zero value is the same as none.
  bool pointer = false;
  /// Sent even when it is not set, as null, "", 0 or {} by its shape (a Go field without omitempty, or of a struct
  /// type): metadata.creationTimestamp, Role.rules, Event.eventTime, Job.status …
  bool always = false;
  /// The OpenAPI default as JSON text, e.g. "\"TCP\"" of a port's protocol; empty: none. Server-side apply identifies
  /// list items by it where a key field is left out.
  std::string default_json;
};

/// Values of one field that take different shapes in JSON; the shape of such a type is kAny and `element` the object.
enum class Variant : std::uint8_t {
  kNone,
  kObjectOrBool,     ///< JSONSchemaPropsOrBool
  kObjectOrList,     ///< JSONSchemaPropsOrArray
  kObjectOrStrings,  ///< JSONSchemaPropsOrStringArray
};

/// A node of the type graph. Immutable once built; may be recursive (JSONSchemaProps).
struct Type {
  Shape shape = Shape::kAny;
  /// Of an object: its OpenAPI name, e.g. "io.k8s.api.core.v1.PodSpec"; empty for anonymous nodes.
  std::string name;
  /// As Go's decoder names it in messages: "v1.PodSpec", "types.UID", "[]v1.Container", "map[string][]uint8".
  std::string go_name;
  std::string description;
  std::vector<Field> fields;      ///< kObject
  const Type* element = nullptr;  ///< kMap, kList
  ListType list_type = ListType::kAtomic;
  std::vector<std::string> map_keys;  ///< kList with ListType::kMap: names of the key fields
  /// kObject, kMap: owned as a whole by server-side apply (x-kubernetes-map-type: atomic).
  bool atomic = false;
  /// kObject: unknown fields are kept (x-kubernetes-preserve-unknown-fields).
  bool preserve_unknown = false;
  /// kObject of a custom type: has apiVersion, kind and metadata besides its fields (x-kubernetes-embedded-resource).
  bool embedded_resource = false;
  Variant variant = Variant::kNone;  ///< kAny
  /// A map's value or a list that the protobuf form wraps in a message with the list as field 1 (ExtraValue).
  bool proto_wrapped = false;
  /// The root of a custom object, made of a CustomResourceDefinition: decoded without Go types, wrong types are
  /// validation's business.
  bool custom = false;

  /// The field of that JSON name; null when there is none. Case-sensitive.
  const Field* Find(std::string_view field_name) const;
};

}  // namespace mock_kubeapi::schema
