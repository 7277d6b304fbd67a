#include <gtest/gtest.h>

#include "mock_kubeapi/merge/patch.h"

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;

TEST(JsonPatch, DoesItsOperations) {
  const struct {
    Json object;
    const char* patch;
    Json patched;
  } cases[] = {
      {R"({"a":1})"_json, R"([])", R"({"a":1})"_json},
      {R"({"a":1})"_json, R"(null)", R"({"a":1})"_json},
      {R"({"a":1})"_json, R"([{"op":"add","path":"/b","value":2}])", R"({"a":1,"b":2})"_json},
      {R"({"a":1})"_json, R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})"_json},
      {R"({"a":1})"_json, R"([{"op":"add","path":"/b"}])", R"({"a":1,"b":null})"_json},
      {R"({"l":[1,3]})"_json, R"([{"op":"add","path":"/l/1","value":2}])", R"({"l":[1,2,3]})"_json},
      {R"({"l":[1]})"_json, R"([{"op":"add","path":"/l/1","value":2}])", R"({"l":[1,2]})"_json},
      {R"({"l":[1]})"_json, R"([{"op":"add","path":"/l/-","value":2}])", R"({"l":[1,2]})"_json},
      {R"({"l":[1,3]})"_json, R"([{"op":"add","path":"/l/-2","value":2}])", R"({"l":[1,2,3]})"_json},
      {R"({"a":1,"b":2})"_json, R"([{"op":"remove","path":"/a"}])", R"({"b":2})"_json},
      {R"({"l":[1,2,3]})"_json, R"([{"op":"remove","path":"/l/-1"}])", R"({"l":[1,2]})"_json},
      {R"({"a":{"b":1}})"_json, R"([{"op":"replace","path":"/a/b","value":{"c":2}}])", R"({"a":{"b":{"c":2}}})"_json},
      {R"({"l":[{"n":1}]})"_json, R"([{"op":"replace","path":"/l/0/n","value":2}])", R"({"l":[{"n":2}]})"_json},
      {R"({"a":1})"_json, R"([{"op":"replace","path":"","value":{"b":2}}])", R"({"b":2})"_json},
      {R"({"a":{"x":1},"b":{}})"_json, R"([{"op":"move","from":"/a/x","path":"/b/y"}])",
       R"({"a":{},"b":{"y":1}})"_json},
      {R"({"l":[1,2,3]})"_json, R"([{"op":"move","from":"/l/0","path":"/l/-"}])", R"({"l":[2,3,1]})"_json},
      {R"({"a":{"x":1}})"_json, R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":{"x":1},"b":{"x":1}})"_json},
      {R"({"a":1})"_json, R"([{"op":"test","path":"/a","value":1},{"op":"remove","path":"/a"}])", R"({})"_json},
      {R"({"a":[1,{"b":null}]})"_json, R"([{"op":"test","path":"/a","value":[1,{"b":null}]}])",
       R"({"a":[1,{"b":null}]})"_json},
      {R"({"a":1})"_json, R"([{"op":"test","path":"","value":{"a":1}}])", R"({"a":1})"_json},
      {R"({})"_json, R"([{"op":"test","path":"/none","value":null}])", R"({})"_json},
      {R"({"a/b":1,"m~n":2,"~1":3})"_json,
       R"([{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/m~0n"},{"op":"remove","path":"/~01"}])",
       R"({})"_json},
      {R"({"":1})"_json, R"([{"op":"replace","path":"/","value":2}])", R"({"":2})"_json},
  };
  for (const auto& c : cases) {
    const auto patched = ApplyJsonPatch(c.object, c.patch);
    ASSERT_TRUE(patched.has_value()) << c.patch << ": " << patched.error().message;
    EXPECT_EQ(patched->object, c.patched) << c.patch;
    EXPECT_TRUE(patched->strict_errors.empty()) << c.patch;
  }
}

TEST(JsonPatch, ThatCannotBeCarriedOutIs422WithoutAReason) {
  const Json object = R"({"a":1,"l":[1],"o":{"x":null}})"_json;
  for (const char* patch : {
           R"([{"op":"test","path":"/a","value":2}])",
           R"([{"op":"test","path":"/a"}])",
           R"([{"op":"test","path":"/none","value":1}])",
           R"([{"op":"test","path":"/l/5","value":null}])",
           R"([{"op":"remove","path":"/none"}])",
           R"([{"op":"remove","path":"/l/1"}])",
           R"([{"op":"remove","path":"/l/-2"}])",
           R"([{"op":"remove","path":"/l/x"}])",
           R"([{"op":"remove","path":"/l/-"}])",
           R"([{"op":"replace","path":"/none","value":1}])",
           R"([{"op":"replace","path":"/none/here","value":1}])",
           R"([{"op":"replace","path":"","value":1}])",
           R"([{"op":"add","path":"/l/3","value":1}])",
           R"([{"op":"add","path":"/a/b","value":1}])",
           R"([{"op":"add","path":"/o/x/y","value":1}])",
           R"([{"op":"add","path":"","value":{}}])",
           R"([{"op":"add","path":"noslash","value":{}}])",
           R"([{"op":"add","value":{}}])",
           R"([{"op":"move","path":"/b"}])",
           R"([{"op":"move","from":"/none","path":"/b"}])",
           R"([{"op":"move","from":"/a","path":"/none/b"}])",
           R"([{"op":"copy","from":"/none","path":"/b"}])",
           R"([{"op":"explode","path":"/a"}])",
           R"([{"path":"/a"}])",
           R"([null])",
       }) {
    const auto patched = ApplyJsonPatch(object, patch);
    ASSERT_FALSE(patched.has_value()) << patch;
    EXPECT_EQ(patched.error().code, 422) << patch;
    EXPECT_EQ(patched.error().reason, "Invalid");
    EXPECT_EQ(patched.error().message, "the server rejected our request due to an error in our request");
    EXPECT_EQ(patched.error().details, Json::object());
  }
}

TEST(JsonPatch, ThatIsNoneIsABadRequest) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"op":"remove","path":"/a"})",
       "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"},
      {R"("x")", "error decoding patch: json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp"},
      {R"([1])", "error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"},
      {R"([{"op":1}])",
       "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string"},
      {R"([{"op":"add","path":true}])",
       "error decoding patch: json: cannot unmarshal bool into Go struct field jsonPatchOp.path of type string"},
      {"[{", "error decoding patch: unexpected end of JSON input"},
  };
  for (const auto& [patch, message] : cases) {
    const auto patched = ApplyJsonPatch(Json::object(), patch);
    ASSERT_FALSE(patched.has_value()) << patch;
    EXPECT_EQ(patched.error().code, 400);
    EXPECT_EQ(patched.error().reason, "BadRequest");
    EXPECT_EQ(patched.error().message, message);
  }
  const auto lenient = ApplyJsonPatch(Json::object(), "{}", {.find_strict_errors = false});
  ASSERT_FALSE(lenient.has_value());
  EXPECT_EQ(lenient.error().message, "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
}

TEST(JsonPatch, TellsOfDuplicateAndUnknownMembers) {
  const auto patched = ApplyJsonPatch(R"({"a":1})"_json, R"([{"op":"test","path":"/a","value":1},
                                            {"op":"remove","op":"add","path":"/b","value":{"x":1,"x":2},"extra":1}])");
  ASSERT_TRUE(patched.has_value());
  EXPECT_EQ(patched->object, R"({"a":1,"b":{"x":2}})"_json);
  EXPECT_EQ(patched->strict_errors, (std::vector<std::string>{"json patch duplicate field \"[1].op\"",
                                                              "json patch duplicate field \"[1].value.x\"",
                                                              "json patch unknown field \"[1].extra\""}));
  const auto lenient =
      ApplyJsonPatch(R"({"a":1})"_json, R"([{"op":"remove","path":"/a","extra":1}])", {.find_strict_errors = false});
  ASSERT_TRUE(lenient.has_value());
  EXPECT_TRUE(lenient->strict_errors.empty());
}

TEST(JsonPatch, HasALimitOfOperationsAndOfWhatCopiesAdd) {
  const auto patch_of = [](std::size_t count, const std::string& operation) {
    std::string patch = "[";
    for (std::size_t i = 0; i < count; ++i) {
      patch += (i == 0 ? "" : ",") + operation;
    }
    return patch + "]";
  };
  const std::string set = R"({"op":"add","path":"/a","value":1})";
  EXPECT_TRUE(ApplyJsonPatch(Json::object(), patch_of(kJsonPatchOperationsMax, set)).has_value());
  const auto too_many = ApplyJsonPatch(Json::object(), patch_of(kJsonPatchOperationsMax + 1, set));
  ASSERT_FALSE(too_many.has_value());
  EXPECT_EQ(too_many.error().code, 413);
  EXPECT_EQ(too_many.error().reason, "RequestEntityTooLarge");
  EXPECT_EQ(too_many.error().message,
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001");

  // The object grows by half and more with each: without a limit, they would fill the memory.
  const auto bomb = ApplyJsonPatch({{"a", {{"x", std::string(1000, 'x')}}}},
                                   patch_of(40, R"({"op":"copy","from":"/a","path":"/a/y"},)"
                                                R"({"op":"copy","from":"/a","path":"/a/z"})"));
  ASSERT_FALSE(bomb.has_value());
  EXPECT_EQ(bomb.error().code, 422);
}

}  // namespace
}  // namespace mock_kubeapi::merge
