#include "mock_kubeapi/custom/object_validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/custom/defaulting.h"

namespace mock_kubeapi::custom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> ErrorTexts(const FieldErrors& errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    texts.push_back(error.Text());
  }
  return texts;
}

/// What is wrong with {"a": value} where a has that schema.
std::vector<std::string> Wrong(const char* schema, const char* value) {
  return ErrorTexts(ValidateAgainstSchema({{"type", "object"}, {"properties", {{"a", Json::parse(schema)}}}},
                                          {{"a", Json::parse(value)}}, ""));
}

TEST(ObjectValidation, ComplainsInTheServersWords) {
  EXPECT_THAT(Wrong(R"({"type":"string"})", "1"),
              ElementsAre(R"(a: Invalid value: "integer": a in body must be of type string: "integer")"));
  EXPECT_THAT(Wrong(R"({"type":"string"})", "null"),
              ElementsAre(R"(a: Invalid value: "null": a in body must be of type string: "null")"));
  EXPECT_THAT(Wrong(R"({"type":"integer","format":"int64"})", R"("60")"),
              ElementsAre(R"(a: Invalid value: "string": a in body must be of type integer: "string")"));
  EXPECT_THAT(Wrong(R"({"type":"integer"})", "1.5"),
              ElementsAre(R"(a: Invalid value: "number": a in body must be of type integer: "number")"));
  EXPECT_THAT(Wrong(R"({"x-kubernetes-int-or-string":true})", "true"),
              ElementsAre(R"(a: Invalid value: "boolean": a in body must be of type integer,string: "boolean")"));
  EXPECT_THAT(Wrong(R"({"type":"integer","minimum":0})", "-1"),
              ElementsAre("a: Invalid value: -1: a in body should be greater than or equal to 0"));
  EXPECT_THAT(Wrong(R"({"type":"integer","maximum":10,"exclusiveMaximum":true})", "10"),
              ElementsAre("a: Invalid value: 10: a in body should be less than 10"));
  EXPECT_THAT(Wrong(R"({"type":"number","multipleOf":0.5})", "0.7"),
              ElementsAre("a: Invalid value: 0.7: a in body should be a multiple of 0.5"));
  EXPECT_THAT(Wrong(R"({"type":"string","maxLength":2})", R"("äöü")"),
              ElementsAre("a: Too long: may not be longer than 2"));
  EXPECT_THAT(Wrong(R"({"type":"string","minLength":2})", R"("x")"),
              ElementsAre(R"(a: Invalid value: "x": a in body should be at least 2 chars long)"));
  EXPECT_THAT(Wrong(R"({"type":"string","pattern":"^[a-z]+$"})", R"("UPPER")"),
              ElementsAre(R"(a: Invalid value: "UPPER": a in body should match '^[a-z]+$')"));
  EXPECT_THAT(Wrong(R"({"type":"string","enum":["A","B"]})", R"("C")"),
              ElementsAre(R"(a: Unsupported value: "C": supported values: "A", "B")"));
  EXPECT_THAT(Wrong(R"({"type":"array","minItems":1,"items":{"type":"string"}})", "[]"),
              ElementsAre("a: Invalid value: 0: a in body should have at least 1 items"));
  EXPECT_THAT(Wrong(R"({"type":"array","maxItems":1,"items":{"type":"string"}})", R"(["x","y"])"),
              ElementsAre("a: Too many: 2: must have at most 1 items"));
  EXPECT_THAT(Wrong(R"({"type":"object","required":["b"],"properties":{"b":{"type":"string"}}})", "{}"),
              ElementsAre("a.b: Required value"));
  EXPECT_THAT(Wrong(R"({"type":"object","additionalProperties":{"type":"string"}})", R"({"k":1})"),
              ElementsAre(R"(a.k: Invalid value: "integer": a.k in body must be of type string: "integer")"));
  EXPECT_THAT(Wrong(R"({"type":"object","minProperties":1})", "{}"),
              ElementsAre("a: Invalid value: 0: a in body should have at least 1 properties"));
  EXPECT_THAT(Wrong(R"({"type":"string","format":"ipv4"})", R"("x")"),
              ElementsAre(R"(a: Invalid value: "x": a in body must be of type ipv4: "x")"));
}

TEST(ObjectValidation, CombinesSchemas) {
  EXPECT_THAT(
      Wrong(R"({"type":"object","oneOf":[{"required":["x"]},{"required":["y"]}]})", "{}"),
      ElementsAre(R"(<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found none valid)",
                  "a.x: Required value"));
  EXPECT_THAT(Wrong(R"({"type":"object","anyOf":[{"required":["x"]},{"required":["y"]}]})", R"({"x":1})"), IsEmpty());
  EXPECT_THAT(Wrong(R"({"type":"object","not":{"required":["x"]}})", R"({"x":1})"),
              ElementsAre(R"(<nil>: Invalid value: "": "a" must not validate the schema (not))"));
}

TEST(ObjectValidation, AcceptsWhatFits) {
  EXPECT_THAT(Wrong(R"({"type":"integer"})", "5.0"), IsEmpty());
  EXPECT_THAT(Wrong(R"({"type":"number"})", "5"), IsEmpty());
  EXPECT_THAT(Wrong(R"({"type":"string","nullable":true})", "null"), IsEmpty());
  EXPECT_THAT(Wrong(R"({"type":"string","format":"date-time"})", R"("2024-01-01T00:00:00Z")"), IsEmpty());
  EXPECT_THAT(Wrong(R"({"type":"string","format":"unheard-of"})", R"("x")"), IsEmpty());
  EXPECT_THAT(Wrong(R"({"type":"string","format":"cidr"})", R"("192.0.2.0/24")"), IsEmpty());
  EXPECT_THAT(Wrong(R"({"type":"string","format":"uuid"})", R"("8cf94a48-8e51-4a71-a2e2-d1d7a0b1a7cc")"), IsEmpty());
}

TEST(ObjectValidation, FindsItemsThatOccurTwice) {
  const Json schema = Json::parse(R"({"type":"object","properties":{
      "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
      "map":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
             "items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"string"}}}}}})");
  EXPECT_THAT(
      ErrorTexts(ValidateListTypes(
          schema, Json::parse(R"({"set":["x","y","x"],"map":[{"k":"a","v":"1"},{"k":"a","v":"2"}]})"), "")),
      ElementsAre(R"(map[1]: Duplicate value: map[string]interface {}{"k":"a"})", R"(set[2]: Duplicate value: "x")"));
}

TEST(Defaulting, FillsInWhatIsMissingAndDropsNull) {
  const Json schema = Json::parse(R"({"type":"object","properties":{
      "a":{"type":"string","default":"x"},"n":{"type":"string","nullable":true,"default":"y"},
      "o":{"type":"object","default":{},"properties":{"b":{"type":"integer","default":5}}},
      "z":{"type":"string"},
      "l":{"type":"array","items":{"type":"object","properties":{"c":{"type":"boolean","default":true}}}}}})");
  Json value = Json::parse(R"({"a":null,"n":null,"z":null,"l":[{},{"c":false}]})");
  ApplyDefaults(schema, value);
  const Json wanted = Json::parse(R"({"a":"x","n":null,"o":{"b":5},"l":[{"c":true},{"c":false}]})");
  EXPECT_EQ(value, wanted);
  ApplyDefaults(schema, value);
  EXPECT_EQ(value, wanted);
}

}  // namespace
}  // namespace mock_kubeapi::custom
