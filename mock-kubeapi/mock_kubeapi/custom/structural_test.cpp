#include "mock_kubeapi/custom/structural.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mock_kubeapi::custom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Complaints(const char* schema) {
  std::vector<std::string> texts;
  for (const FieldError& error : ValidateSchema(Json::parse(schema), "s")) {
    texts.push_back(error.Text());
  }
  return texts;
}

TEST(Schema, MustSayTheTypeOfEverything) {
  EXPECT_THAT(Complaints(R"({"properties":{"spec":{"properties":{"a":{}},"type":"object"},"list":{"type":"array"}}})"),
              ElementsAre("s.properties[list].items: Required value: must be specified",
                          "s.properties[spec].properties[a].type: Required value: must not be empty for specified "
                          "object fields",
                          "s.type: Required value: must not be empty at the root"));
  EXPECT_THAT(Complaints(R"({"type":"array","items":{"type":"string"}})"),
              ElementsAre(R"(s.type: Invalid value: "array": must be object at the root)"));
  EXPECT_THAT(Complaints(R"({"type":"object","properties":{"a":{"type":"text"}}})"),
              ElementsAre(R"(s.properties[a].type: Unsupported value: "text": supported values: "array", "boolean", )"
                          R"("integer", "number", "object", "string")"));
}

TEST(Schema, MustNotDescribeWithinCombinations) {
  EXPECT_THAT(Complaints(R"({"type":"object","properties":{"a":{"type":"string","anyOf":[{"type":"string"}]}}})"),
              ElementsAre("s.properties[a].anyOf[0].type: Forbidden: must be empty to be structural"));
  EXPECT_THAT(Complaints(R"({"type":"object","anyOf":[{"properties":{"b":{"maxLength":1}}}]})"),
              ElementsAre("s.properties[b]: Required value: because it is defined in s.anyOf[0].properties[b]"));
  EXPECT_THAT(Complaints(R"({"type":"object","properties":{"port":{"x-kubernetes-int-or-string":true,
                            "anyOf":[{"type":"integer"},{"type":"string"}]}}})"),
              IsEmpty());
}

TEST(Schema, MayRestrictOnlyTheNameInMetadata) {
  EXPECT_THAT(Complaints(R"({"type":"object","properties":{"metadata":{"type":"object","properties":{
                            "name":{"type":"string","maxLength":10}}}}})"),
              IsEmpty());
  EXPECT_THAT(Complaints(R"({"type":"object","properties":{"metadata":{"type":"object","properties":{
                            "labels":{"type":"object"}}}}})"),
              ElementsAre("s.properties[metadata]: Forbidden: must not specify anything other than name and "
                          "generateName, but metadata is implicitly specified"));
}

TEST(Schema, NeedsKeysForListsOfTypeMap) {
  EXPECT_THAT(
      Complaints(R"({"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"map",
                            "x-kubernetes-list-map-keys":["name","none"],
                            "items":{"type":"object","properties":{"name":{"type":"string"}}}}}})"),
      ElementsAre("s.properties[l].items.properties[name].default: Required value: this property is in "
                  "x-kubernetes-list-map-keys, so it must have a default or be a required property",
                  R"(s.properties[l].x-kubernetes-list-map-keys: Invalid value: []string{"name", "none"}: entries )"
                  "must all be names of item properties"));
}

TEST(Schema, IsCheckedForUnsupportedMembersPatternsAndDefaults) {
  EXPECT_THAT(
      Complaints(R"({"type":"object","properties":{"a":{"type":"string","pattern":"("}}})"),
      ElementsAre(R"(s.properties[a].pattern: Invalid value: "(": must be a valid regular expression, but isn't: )"
                  "error parsing regexp: missing closing ): `(`"));
  EXPECT_THAT(
      Complaints(
          R"({"type":"object","properties":{"a":{"type":"array","uniqueItems":true,"items":{"type":"string"}}}})"),
      ElementsAre("s.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime "
                  "complexity becomes quadratic"));
  EXPECT_THAT(Complaints(R"({"type":"object","properties":{"a":{"type":"string","default":5}}})"),
              ElementsAre(R"(s.properties[a].default: Invalid value: "integer": s.properties[a].default in body must )"
                          R"(be of type string: "integer")"));
}

}  // namespace
}  // namespace mock_kubeapi::custom
