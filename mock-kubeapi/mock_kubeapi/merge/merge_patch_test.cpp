#include <gtest/gtest.h>

#include "mock_kubeapi/merge/patch.h"

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;

TEST(MergePatch, SetsReplacesAndRemoves) {
  // The first cases are those of RFC 7386's appendix that are objects.
  const struct {
    Json object;
    const char* patch;
    Json patched;
  } cases[] = {
      {R"({"a":"b"})"_json, R"({"a":"c"})", R"({"a":"c"})"_json},
      {R"({"a":"b"})"_json, R"({"b":"c"})", R"({"a":"b","b":"c"})"_json},
      {R"({"a":"b"})"_json, R"({"a":null})", R"({})"_json},
      {R"({"a":"b","b":"c"})"_json, R"({"a":null})", R"({"b":"c"})"_json},
      {R"({"a":["b"]})"_json, R"({"a":"c"})", R"({"a":"c"})"_json},
      {R"({"a":"c"})"_json, R"({"a":["b"]})", R"({"a":["b"]})"_json},
      {R"({"a":{"b":"c"}})"_json, R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"_json},
      {R"({"a":[{"b":"c"}]})"_json, R"({"a":[1]})", R"({"a":[1]})"_json},
      {R"({"e":null})"_json, R"({"a":1})", R"({"e":null,"a":1})"_json},
      {R"({})"_json, R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"_json},
      {R"({})"_json, R"({})", R"({})"_json},
      {R"({"data":{"a":"1","b":"2"},"metadata":{"labels":{"l":"1"}}})"_json,
       R"({"data":{"a":"9","b":null,"c":"3"},"metadata":{"labels":{"l":null,"m":"2"}}})",
       R"({"data":{"a":"9","c":"3"},"metadata":{"labels":{"m":"2"}}})"_json},
      {R"({"a":null})"_json, R"({"a":{"b":null,"c":1}})", R"({"a":{"c":1}})"_json},
      {R"({"a":[1]})"_json, R"({"a":[{"b":null}]})", R"({"a":[{}]})"_json},
      {R"({"a":{}})"_json, R"({"a":[{"b":null}]})", R"({"a":[{"b":null}]})"_json},
  };
  for (const auto& c : cases) {
    const auto patched = ApplyMergePatch(c.object, c.patch);
    ASSERT_TRUE(patched.has_value()) << c.patch;
    EXPECT_EQ(patched->object, c.patched) << c.object << " + " << c.patch;
  }
}

TEST(MergePatch, ThatIsNoObjectIsABadRequest) {
  const struct {
    const char* patch;
    bool strict;
    const char* message;
  } cases[] = {
      {"{", true, "error decoding patch: unexpected end of JSON input"},
      {"", true, "error decoding patch: unexpected end of JSON input"},
      {"[]", true, "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"},
      {"1", true, "error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}"},
      {"null", true, "Invalid JSON Patch"},
      {"{", false, "Invalid JSON Patch"},
      {"1", false, "Invalid JSON Patch"},
      {"null", false, "Invalid JSON Patch"},
  };
  for (const auto& c : cases) {
    const auto patched = ApplyMergePatch(Json::object(), c.patch, {.find_strict_errors = c.strict});
    ASSERT_FALSE(patched.has_value()) << c.patch;
    EXPECT_EQ(patched.error().code, 400);
    EXPECT_EQ(patched.error().message, c.message);
  }
}

TEST(MergePatch, TellsOfDuplicateKeys) {
  const auto patched = ApplyMergePatch(Json::object(), R"({"data":{"a":"1","a":"2"},"l":[{"x":1},{"x":1,"x":2}]})");
  ASSERT_TRUE(patched.has_value());
  EXPECT_EQ(patched->strict_errors,
            (std::vector<std::string>{"duplicate field \"data.a\"", "duplicate field \"l[1].x\""}));
  EXPECT_TRUE(
      ApplyMergePatch(Json::object(), R"({"a":1,"a":2})", {.find_strict_errors = false})->strict_errors.empty());
}

TEST(MergePatch, OfItselfIsNoChange) {
  const Json object = R"({"a":{"b":[1,{"c":2}],"d":"x"},"e":true})"_json;
  EXPECT_EQ(ApplyMergePatch(object, object.dump())->object, object);
}

}  // namespace
}  // namespace mock_kubeapi::merge
