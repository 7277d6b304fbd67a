#include "mock_kubeapi/openapi/gnostic.h"

#include <string_view>
#include <utility>

#include "mock_kubeapi/decode/wire.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::openapi {
namespace {

using decode::WireWriter;

void Text(const Json& from, std::string_view name, int number, WireWriter* to) {
  if (const std::string& text = TextOf(from, name); !text.empty()) {
    to->Bytes(number, text);
  }
}

void Texts(const Json& from, std::string_view name, int number, WireWriter* to) {
  for (const Json& text : ListOf(from, name)) {
    to->Bytes(number, text.get_ref<const std::string&>());
  }
}

void Flag(const Json& from, std::string_view name, int number, WireWriter* to) {
  if (IsTrue(from, name)) {
    to->Varint(number, 1);
  }
}

/// NamedX {name: 1, value: 2}
std::string Named(std::string_view name, std::string_view value) {
  WireWriter writer;
  writer.Bytes(1, name);
  writer.Bytes(2, value);
  return writer.Take();
}

/// Members whose name begins with "x-": clients read their value as YAML, of which JSON is a part.
void Extensions(const Json& from, int number, WireWriter* to) {
  for (const auto& [name, value] : from.items()) {
    if (name.starts_with("x-")) {
      WireWriter any;
      any.Bytes(2, value.dump() + "\n");
      to->Bytes(number, Named(name, any.Take()));
    }
  }
}

/// {1: value}, for oneof messages with one alternative in use.
std::string Only(int number, std::string_view value) {
  WireWriter writer;
  writer.Bytes(number, value);
  return writer.Take();
}

std::string Schema(const Json& schema) {
  WireWriter writer;
  Text(schema, "$ref", 1, &writer);
  Text(schema, "format", 2, &writer);
  Text(schema, "description", 4, &writer);
  Texts(schema, "required", 19, &writer);
  if (const Json* values = FieldOf(schema, "additionalProperties")) {
    writer.Bytes(21, Only(1, Schema(*values)));
  }
  if (const std::string& type = TextOf(schema, "type"); !type.empty()) {
    writer.Bytes(22, Only(1, type));
  }
  if (const Json* items = FieldOf(schema, "items")) {
    writer.Bytes(23, Only(1, Schema(*items)));
  }
  if (const Json& properties = ObjectOf(schema, "properties"); !properties.empty()) {
    WireWriter all;
    for (const auto& [name, property] : properties.items()) {
      all.Bytes(1, Named(name, Schema(property)));
    }
    writer.Bytes(25, all.Take());
  }
  Extensions(schema, 31, &writer);
  return writer.Take();
}

/// ParametersItem. Query and path parameters number their members differently.
std::string ParameterMessage(const Json& parameter) {
  const std::string& in = TextOf(parameter, "in");
  WireWriter writer;
  if (in == "body") {
    Text(parameter, "name", 2, &writer);
    Text(parameter, "in", 3, &writer);
    Flag(parameter, "required", 4, &writer);
    writer.Bytes(5, Schema(ObjectOf(parameter, "schema")));
    return Only(1, Only(1, writer.Take()));
  }
  Flag(parameter, "required", 1, &writer);
  Text(parameter, "in", 2, &writer);
  Text(parameter, "description", 3, &writer);
  Text(parameter, "name", 4, &writer);
  const bool query = in == "query";
  Text(parameter, "type", query ? 6 : 5, &writer);
  Flag(parameter, "uniqueItems", query ? 20 : 19, &writer);
  return Only(1, Only(2, Only(query ? 3 : 4, writer.Take())));
}

std::string OperationMessage(const Json& operation) {
  WireWriter writer;
  Texts(operation, "tags", 1, &writer);
  Text(operation, "description", 3, &writer);
  Text(operation, "operationId", 5, &writer);
  Texts(operation, "produces", 6, &writer);
  Texts(operation, "consumes", 7, &writer);
  for (const Json& parameter : ListOf(operation, "parameters")) {
    writer.Bytes(8, ParameterMessage(parameter));
  }
  WireWriter responses;
  for (const auto& [code, response] : ObjectOf(operation, "responses").items()) {
    WireWriter one;
    Text(response, "description", 1, &one);
    if (const Json* schema = FieldOf(response, "schema")) {
      one.Bytes(2, Only(1, Schema(*schema)));
    }
    responses.Bytes(1, Named(code, Only(1, one.Take())));
  }
  writer.Bytes(9, responses.Take());
  Extensions(operation, 13, &writer);
  return writer.Take();
}

std::string PathItem(const Json& item) {
  struct Method {
    const char* name;
    int number;
  };
  WireWriter writer;
  for (const Method& method :
       {Method{"get", 2}, Method{"put", 3}, Method{"post", 4}, Method{"delete", 5}, Method{"patch", 8}}) {
    if (const Json* operation = FieldOf(item, method.name)) {
      writer.Bytes(method.number, OperationMessage(*operation));
    }
  }
  for (const Json& parameter : ListOf(item, "parameters")) {
    writer.Bytes(9, ParameterMessage(parameter));
  }
  return writer.Take();
}

}  // namespace

std::string ToGnostic(const Json& document) {
  WireWriter writer;
  Text(document, "swagger", 1, &writer);
  WireWriter info;
  Text(ObjectOf(document, "info"), "title", 1, &info);
  Text(ObjectOf(document, "info"), "version", 2, &info);
  writer.Bytes(2, info.Take());
  WireWriter paths;
  for (const auto& [path, item] : ObjectOf(document, "paths").items()) {
    paths.Bytes(2, Named(path, PathItem(item)));
  }
  writer.Bytes(8, paths.Take());
  WireWriter definitions;
  for (const auto& [name, schema] : ObjectOf(document, "definitions").items()) {
    definitions.Bytes(1, Named(name, Schema(schema)));
  }
  writer.Bytes(9, definitions.Take());
  return writer.Take();
}

}  // namespace mock_kubeapi::openapi
