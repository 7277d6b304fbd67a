#include "mock_kubeapi/merge/typed.h"

#include <gtest/gtest.h>

#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;
using schema::Field;
using schema::ListType;
using schema::Shape;
using schema::Type;

const Type& Pod() {
  return *schema::FindKind({.group = "", .version = "v1", .kind = "Pod"});
}
const Type& Secret() {
  return *schema::FindKind({.group = "", .version = "v1", .kind = "Secret"});
}

/// A type with one field of each way to merge.
const Type& Zoo() {
  static const Type string{.shape = Shape::kString};
  static const Type number{.shape = Shape::kInt32};
  static const Type flag{.shape = Shape::kBool};
  static const Type any{.shape = Shape::kAny};
  static const Type atomic_list{.shape = Shape::kList, .element = &string};
  static const Type set{.shape = Shape::kList, .element = &string, .list_type = ListType::kSet};
  static const Type map{.shape = Shape::kMap, .element = &string};
  static const Type atomic_map{.shape = Shape::kMap, .element = &string, .atomic = true};
  static const Type map_of_maps{.shape = Shape::kMap, .element = &map};
  static const Type item{.shape = Shape::kObject,
                         .fields = {{.name = "name", .type = &string},
                                    {.name = "port", .type = &number},
                                    {.name = "protocol", .type = &string, .default_json = R"("TCP")"},
                                    {.name = "tags", .type = &set},
                                    {.name = "labels", .type = &map}}};
  static const Type by_name{.shape = Shape::kList, .element = &item, .list_type = ListType::kMap, .map_keys = {"name"}};
  static const Type by_port{
      .shape = Shape::kList, .element = &item, .list_type = ListType::kMap, .map_keys = {"port", "protocol"}};
  static const Type atomic_item{.shape = Shape::kObject, .fields = {{.name = "a", .type = &string}}, .atomic = true};
  static const Type open{
      .shape = Shape::kObject, .fields = {{.name = "known", .type = &set}}, .preserve_unknown = true};
  static const Type zoo{.shape = Shape::kObject,
                        .fields = {{.name = "string", .type = &string},
                                   {.name = "number", .type = &number},
                                   {.name = "flag", .type = &flag},
                                   {.name = "any", .type = &any},
                                   {.name = "atomicList", .type = &atomic_list},
                                   {.name = "set", .type = &set},
                                   {.name = "map", .type = &map},
                                   {.name = "atomicMap", .type = &atomic_map},
                                   {.name = "maps", .type = &map_of_maps},
                                   {.name = "byName", .type = &by_name},
                                   {.name = "byPort", .type = &by_port},
                                   {.name = "atomicObject", .type = &atomic_item},
                                   {.name = "object", .type = &item},
                                   {.name = "open", .type = &open}}};
  return zoo;
}

Json FieldsOfZoo(const Json& value) {
  return FieldsOf(Zoo(), value).ToFieldsV1();
}

TEST(FieldsOf, OwnsLeavesItemsAndKeysButNotWhatLeadsThere) {
  const std::pair<Json, Json> cases[] = {
      {R"({})"_json, R"({})"_json},
      {R"({"string":"x","number":1,"flag":true})"_json, R"({"f:string":{},"f:number":{},"f:flag":{}})"_json},
      {R"({"string":null})"_json, R"({"f:string":{}})"_json},
      {R"({"atomicList":["a","b"]})"_json, R"({"f:atomicList":{}})"_json},
      {R"({"atomicMap":{"a":"1"}})"_json, R"({"f:atomicMap":{}})"_json},
      {R"({"atomicObject":{"a":"1"}})"_json, R"({"f:atomicObject":{}})"_json},
      {R"({"set":["b","a"]})"_json, R"({"f:set":{"v:\"a\"":{},"v:\"b\"":{}}})"_json},
      {R"({"set":[]})"_json, R"({})"_json},
      {R"({"set":null})"_json, R"({"f:set":{}})"_json},
      {R"({"map":{"a":"1"}})"_json, R"({"f:map":{"f:a":{}}})"_json},
      {R"({"map":{}})"_json, R"({"f:map":{}})"_json},
      {R"({"map":null})"_json, R"({"f:map":{}})"_json},
      {R"({"maps":{"x":{"a":"1"},"y":{}}})"_json, R"({"f:maps":{"f:x":{".":{},"f:a":{}},"f:y":{}}})"_json},
      {R"({"byName":[{"name":"m","port":1}]})"_json,
       R"({"f:byName":{"k:{\"name\":\"m\"}":{".":{},"f:name":{},"f:port":{}}}})"_json},
      {R"({"byPort":[{"port":80},{"port":80,"protocol":"UDP","tags":["t"]}]})"_json,
       R"({"f:byPort":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}},
           "k:{\"port\":80,\"protocol\":\"UDP\"}":{".":{},"f:port":{},"f:protocol":{},"f:tags":{"v:\"t\"":{}}}}})"_json},
      {R"({"object":{"name":"x","labels":{"l":"1"}}})"_json,
       R"({"f:object":{"f:name":{},"f:labels":{"f:l":{}}}})"_json},
      {R"({"any":{"a":{"b":1},"l":[1],"e":{}}})"_json, R"({"f:any":{"f:a":{".":{},"f:b":{}},"f:l":{},"f:e":{}}})"_json},
      {R"({"any":7})"_json, R"({"f:any":{}})"_json},
      {R"({"open":{"known":["a"],"more":{"x":1}}})"_json,
       R"({"f:open":{"f:known":{"v:\"a\"":{}},"f:more":{".":{},"f:x":{}}}})"_json},
  };
  for (const auto& [value, fields] : cases) {
    EXPECT_EQ(FieldsOfZoo(value), fields) << value;
  }
}

TEST(FieldsOf, NamesTheNestedListsOfAPod) {
  const Json pod = R"({"spec":{"containers":[{"name":"main","image":"i",
      "ports":[{"containerPort":80},{"containerPort":53,"protocol":"UDP"}],
      "env":[{"name":"A","value":"1"}],"command":["a","b"],
      "volumeMounts":[{"mountPath":"/x","name":"v"}]}],
      "imagePullSecrets":[{"name":"p"}],"tolerations":[{"key":"k"}]},
      "metadata":{"ownerReferences":[{"uid":"u1","name":"o"}],"finalizers":["f"]},
      "status":{"conditions":[{"type":"Ready","status":"True"}]}})"_json;
  EXPECT_EQ(FieldsOf(Pod(), pod).ToFieldsV1(),
            R"({"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},
                  "f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}},
                             "k:{\"containerPort\":53,\"protocol\":\"UDP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},
                  "f:env":{"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}}},
                  "f:volumeMounts":{"k:{\"mountPath\":\"/x\"}":{".":{},"f:mountPath":{},"f:name":{}}}}},
                  "f:imagePullSecrets":{"k:{\"name\":\"p\"}":{}},"f:tolerations":{}},
                "f:metadata":{"f:finalizers":{"v:\"f\"":{}},"f:ownerReferences":{"k:{\"uid\":\"u1\"}":{}}},
                "f:status":{"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:type":{},"f:status":{}}}}})"_json);
}

TEST(MergeTyped, TakesWhatTheConfigurationSaysAndKeepsTheRest) {
  const struct {
    Json live;
    Json config;
    Json merged;
  } cases[] = {
      {R"({})"_json, R"({"string":"x"})"_json, R"({"string":"x"})"_json},
      {R"({"string":"x","number":1})"_json, R"({"string":"y"})"_json, R"({"string":"y","number":1})"_json},
      {R"({"string":"x"})"_json, R"({"string":null})"_json, R"({"string":null})"_json},
      {R"({"map":{"a":"1","b":"2"}})"_json, R"({"map":{"b":"3","c":"4"}})"_json,
       R"({"map":{"a":"1","b":"3","c":"4"}})"_json},
      {R"({"map":{"a":"1"}})"_json, R"({"map":{}})"_json, R"({"map":{"a":"1"}})"_json},
      {R"({"map":{"a":"1"}})"_json, R"({"map":null})"_json, R"({"map":{"a":"1"}})"_json},
      {R"({})"_json, R"({"map":{}})"_json, R"({"map":{}})"_json},
      {R"({"atomicMap":{"a":"1"}})"_json, R"({"atomicMap":{"b":"2"}})"_json, R"({"atomicMap":{"b":"2"}})"_json},
      {R"({"atomicList":["a"]})"_json, R"({"atomicList":["b"]})"_json, R"({"atomicList":["b"]})"_json},
      {R"({"atomicObject":{"a":"1"}})"_json, R"({"atomicObject":{}})"_json, R"({"atomicObject":{}})"_json},
      {R"({"set":["a","b"]})"_json, R"({"set":["b","c"]})"_json, R"({"set":["a","b","c"]})"_json},
      {R"({"set":["b"]})"_json, R"({"set":["c","b"]})"_json, R"({"set":["c","b"]})"_json},
      {R"({"set":["a","b"]})"_json, R"({"set":["b","a"]})"_json, R"({"set":["b","a"]})"_json},
      {R"({"set":["a","x","b","z"]})"_json, R"({"set":["b","n","a"]})"_json, R"({"set":["x","b","z","n","a"]})"_json},
      {R"({"set":["a"]})"_json, R"({"set":[]})"_json, R"({"set":["a"]})"_json},
      {R"({"byName":[{"name":"a","port":1},{"name":"b","port":2}]})"_json,
       R"({"byName":[{"name":"b","port":3,"tags":["t"]},{"name":"c"}]})"_json,
       R"({"byName":[{"name":"a","port":1},{"name":"b","port":3,"tags":["t"]},{"name":"c"}]})"_json},
      {R"({"byPort":[{"port":80,"protocol":"TCP","name":"http"}]})"_json,
       R"({"byPort":[{"port":80,"labels":{"x":"1"}}]})"_json,
       R"({"byPort":[{"port":80,"protocol":"TCP","name":"http","labels":{"x":"1"}}]})"_json},
      {R"({"any":{"a":1,"l":[1,2]}})"_json, R"({"any":{"b":2,"l":[3]}})"_json, R"({"any":{"a":1,"b":2,"l":[3]}})"_json},
      {R"({"any":{"a":1}})"_json, R"({"any":[1]})"_json, R"({"any":[1]})"_json},
      {R"({"any":[1]})"_json, R"({"any":{"a":1}})"_json, R"({"any":{"a":1}})"_json},
      {R"({"any":{"a":1}})"_json, R"({"any":null})"_json, R"({"any":{"a":1}})"_json},
      {R"({"any":[1]})"_json, R"({"any":null})"_json, R"({"any":null})"_json},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(MergeTyped(Zoo(), c.live, c.config), c.merged) << c.live << " + " << c.config;
  }
}

TEST(CompareTyped, TellsAddedModifiedAndRemoved) {
  const struct {
    Json old;
    Json fresh;
    Json added;
    Json modified;
    Json removed;
  } cases[] = {
      {R"({"string":"x"})"_json, R"({"string":"x"})"_json, "{}"_json, "{}"_json, "{}"_json},
      {R"({})"_json, R"({"string":"x"})"_json, R"({"f:string":{}})"_json, "{}"_json, "{}"_json},
      {R"({"string":"x"})"_json, R"({})"_json, "{}"_json, "{}"_json, R"({"f:string":{}})"_json},
      {R"({"string":"x"})"_json, R"({"string":"y"})"_json, "{}"_json, R"({"f:string":{}})"_json, "{}"_json},
      {R"({"number":1})"_json, R"({"number":1.0})"_json, "{}"_json, "{}"_json, "{}"_json},
      // A container that comes or goes does so itself, with all it holds.
      {R"({})"_json, R"({"map":{"a":"1"}})"_json, R"({"f:map":{".":{},"f:a":{}}})"_json, "{}"_json, "{}"_json},
      {R"({"map":{"a":"1"}})"_json, R"({})"_json, "{}"_json, "{}"_json, R"({"f:map":{".":{},"f:a":{}}})"_json},
      // One that becomes null stays; what it held is removed.
      {R"({"map":{"a":"1"}})"_json, R"({"map":null})"_json, "{}"_json, "{}"_json, R"({"f:map":{"f:a":{}}})"_json},
      {R"({"map":null})"_json, R"({"map":{"a":"1"}})"_json, R"({"f:map":{"f:a":{}}})"_json, "{}"_json, "{}"_json},
      {R"({"map":null})"_json, R"({"map":{}})"_json, "{}"_json, R"({"f:map":{}})"_json, "{}"_json},
      {R"({"atomicList":["a"]})"_json, R"({"atomicList":["b"]})"_json, "{}"_json, R"({"f:atomicList":{}})"_json,
       "{}"_json},
      {R"({"set":["a","b"]})"_json, R"({"set":["c","b"]})"_json, R"({"f:set":{"v:\"c\"":{}}})"_json, "{}"_json,
       R"({"f:set":{"v:\"a\"":{}}})"_json},
      {R"({"set":["a","b"]})"_json, R"({"set":["b","a"]})"_json, "{}"_json, "{}"_json, "{}"_json},
      {R"({"byName":[{"name":"a","port":1}]})"_json, R"({"byName":[{"name":"a","port":2},{"name":"b"}]})"_json,
       R"({"f:byName":{"k:{\"name\":\"b\"}":{".":{},"f:name":{}}}})"_json,
       R"({"f:byName":{"k:{\"name\":\"a\"}":{"f:port":{}}}})"_json, "{}"_json},
      {R"({"any":1})"_json, R"({"any":{"a":1}})"_json, R"({"f:any":{"f:a":{}}})"_json, R"({"f:any":{}})"_json,
       "{}"_json},
      {R"({"any":{"a":1}})"_json, R"({"any":1})"_json, "{}"_json, R"({"f:any":{}})"_json,
       R"({"f:any":{"f:a":{}}})"_json},
  };
  for (const auto& c : cases) {
    const Comparison comparison = CompareTyped(Zoo(), c.old, c.fresh);
    EXPECT_EQ(comparison.added.ToFieldsV1(), c.added) << c.old << " -> " << c.fresh;
    EXPECT_EQ(comparison.modified.ToFieldsV1(), c.modified) << c.old << " -> " << c.fresh;
    EXPECT_EQ(comparison.removed.ToFieldsV1(), c.removed) << c.old << " -> " << c.fresh;
  }
}

TEST(RemoveFields, TakesItemsAndKeysOutAndLeavesNullWhereNothingIsLeft) {
  const struct {
    Json value;
    Json fields;
    Json kept;
  } cases[] = {
      {R"({"string":"x","number":1})"_json, R"({"f:string":{}})"_json, R"({"number":1})"_json},
      {R"({"map":{"a":"1","b":"2"}})"_json, R"({"f:map":{"f:a":{}}})"_json, R"({"map":{"b":"2"}})"_json},
      {R"({"map":{"a":"1"},"string":"x"})"_json, R"({"f:map":{"f:a":{}}})"_json, R"({"map":null,"string":"x"})"_json},
      {R"({"map":{"a":"1"},"string":"x"})"_json, R"({"f:map":{}})"_json, R"({"string":"x"})"_json},
      {R"({"set":["a","b"]})"_json, R"({"f:set":{"v:\"a\"":{}}})"_json, R"({"set":["b"]})"_json},
      {R"({"byName":[{"name":"a","port":1},{"name":"b"}]})"_json,
       R"({"f:byName":{"k:{\"name\":\"b\"}":{},"k:{\"name\":\"a\"}":{"f:port":{}}}})"_json,
       R"({"byName":[{"name":"a"}]})"_json},
      {R"({"string":"x"})"_json, R"({"f:string":{}})"_json, R"(null)"_json},
      {R"({"string":"x"})"_json, R"({"f:other":{}})"_json, R"({"string":"x"})"_json},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(RemoveFields(Zoo(), c.value, *FieldSet::FromFieldsV1(c.fields)), c.kept) << c.value << " - " << c.fields;
  }
}

TEST(WithNamedFields, AddsTheFieldsThatLeadThereButNoKeysOfMaps) {
  const FieldSet fields = *FieldSet::FromFieldsV1(
      R"({"f:maps":{"f:x":{"f:a":{}}},"f:byName":{"k:{\"name\":\"m\"}":{"f:labels":{"f:l":{}}}}})"_json);
  EXPECT_EQ(WithNamedFields(Zoo(), fields).ToFieldsV1(),
            R"({"f:maps":{".":{},"f:x":{"f:a":{}}},
                "f:byName":{".":{},"k:{\"name\":\"m\"}":{"f:labels":{".":{},"f:l":{}}}}})"_json);
}

TEST(ReconcileWithSchema, OwnsAWholeWhatHasBecomeAtomic) {
  const FieldSet fields = *FieldSet::FromFieldsV1(
      R"({"f:atomicMap":{"f:a":{}},"f:atomicList":{"i:0":{}},"f:map":{"f:a":{}},"f:any":{"f:x":{}},
          "f:gone":{"f:x":{}},"f:string":{}})"_json);
  EXPECT_EQ(ReconcileWithSchema(Zoo(), fields).ToFieldsV1(),
            R"({"f:atomicMap":{},"f:atomicList":{},"f:map":{"f:a":{}},"f:any":{"f:x":{}},"f:gone":{"f:x":{}},
                "f:string":{}})"_json);
}

TEST(FindSchemaErrors, UsesTheServersWords) {
  const std::pair<Json, std::string> cases[] = {
      {R"({"extra":"x"})"_json, ".extra: field not declared in schema"},
      {R"({"object":{"extra":"x"}})"_json, ".object.extra: field not declared in schema"},
      {R"({"string":1})"_json, ".string: expected string, got &value.valueUnstructured{Value:1}"},
      {R"({"string":true})"_json, ".string: expected string, got &value.valueUnstructured{Value:true}"},
      {R"({"string":{"a":"b"}})"_json,
       R"(.string: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":"b"}})"},
      {R"({"string":["a",1]})"_json,
       R"(.string: expected string, got &value.valueUnstructured{Value:[]interface {}{"a", 1}})"},
      {R"({"number":"1"})"_json, ".number: expected numeric (int or float), got string"},
      {R"({"number":{}})"_json, ".number: expected numeric (int or float), got map[string]interface {}"},
      {R"({"flag":"true"})"_json, ".flag: expected boolean, got &{true}"},
      {R"({"map":"x"})"_json, ".map: expected map, got &{x}"},
      {R"({"map":["x"]})"_json, ".map: expected map, got &{[x]}"},
      {R"({"set":{"a":1}})"_json, ".set: expected list, got &{map[a:1]}"},
      {R"({"map":{"k":1}})"_json, ".map.k: expected string, got &value.valueUnstructured{Value:1}"},
      {R"({"atomicList":["a",2]})"_json, ".atomicList[1]: expected string, got &value.valueUnstructured{Value:2}"},
      {R"({"set":["a","b","a"]})"_json, R"(.set: duplicate entries for key [="a"])"},
      {R"({"set":[{}]})"_json, ".set: element 0: associative list without keys has an element that's a map type"},
      {R"({"set":[[]]})"_json, ".set: element 0: not supported: associative list with lists as elements"},
      {R"({"set":[null]})"_json,
       ".set: element 0: associative list without keys has an element that's an explicit null"},
      {R"({"byName":[{"port":1}]})"_json,
       R"(.byName: element 0: associative list with keys has an element that omits key field "name" (and doesn't have default value))"},
      {R"({"byName":[null]})"_json, ".byName: element 0: associative list with keys may not have a null element"},
      {R"({"byName":["x"]})"_json, ".byName: element 0: associative list with keys may not have non-map elements"},
      {R"({"byName":[{"name":"a"},{"name":"a"}]})"_json, R"(.byName: duplicate entries for key [name="a"])"},
      {R"({"byPort":[{"port":80},{"port":80,"protocol":"TCP"}]})"_json,
       R"(.byPort: duplicate entries for key [port=80,protocol="TCP"])"},
      {R"({"byName":[{"name":"a","extra":1}]})"_json, R"(.byName[name="a"].extra: field not declared in schema)"},
  };
  for (const auto& [value, text] : cases) {
    const auto errors = FindSchemaErrors(Zoo(), value);
    ASSERT_EQ(errors.size(), 1U) << value;
    EXPECT_EQ(errors[0], text);
  }
}

TEST(FindSchemaErrors, AcceptsNullAnywhereAndAnythingWhereTheTypeDoes) {
  EXPECT_TRUE(FindSchemaErrors(Zoo(), R"({"string":null,"map":null,"set":null,"byName":null,"number":null,
      "any":{"x":[{}]},"open":{"more":[1,{"a":null}]}})"_json)
                  .empty());
  EXPECT_TRUE(FindSchemaErrors(Pod(), R"({"metadata":{"creationTimestamp":null},
      "spec":{"containers":[{"name":"a","ports":[{"containerPort":1}],"livenessProbe":{"httpGet":{"port":"http"}}}]}})"_json)
                  .empty());
}

TEST(FindSchemaErrors, JoinsSeveral) {
  const auto errors = FindSchemaErrors(Secret(), R"({"data":{"a":1},"type":2})"_json);
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(JoinSchemaErrors(errors),
            "errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:1}\n"
            "  .type: expected string, got &value.valueUnstructured{Value:2}");
}

}  // namespace
}  // namespace mock_kubeapi::merge
