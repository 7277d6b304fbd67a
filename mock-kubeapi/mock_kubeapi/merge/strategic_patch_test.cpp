#include <gtest/gtest.h>

#include "mock_kubeapi/merge/patch.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;

const schema::Type& Pod() {
  return *schema::FindKind({.group = "", .version = "v1", .kind = "Pod"});
}

Json Patched(const Json& object, const Json& patch) {
  const auto patched = ApplyStrategicMergePatch(object, patch.dump(), Pod());
  EXPECT_TRUE(patched.has_value()) << patch << ": " << patched.error().message;
  return patched ? patched->object : Json();
}

/// The same within the metadata or spec of an object.
Json PatchedMetadata(const Json& metadata, const Json& patch) {
  return Patched({{"metadata", metadata}}, {{"metadata", patch}})["metadata"];
}
Json PatchedSpec(const Json& spec, const Json& patch) {
  return Patched({{"spec", spec}}, {{"spec", patch}})["spec"];
}

TEST(StrategicPatch, MergesMaps) {
  EXPECT_EQ(PatchedMetadata(R"({"labels":{"l":"1","m":"2"}})"_json, R"({"labels":{"l":null,"n":"3"}})"_json),
            R"({"labels":{"m":"2","n":"3"}})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"labels":{"l":"1"}})"_json, R"({"labels":{"$patch":"replace","only":"this"}})"_json),
            R"({"labels":{"only":"this"}})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"labels":{"l":"1"}})"_json, R"({"labels":{"$patch":"delete"}})"_json),
            R"({"labels":{}})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"name":"x"})"_json, R"({"labels":{"a":"1","b":null}})"_json),
            R"({"name":"x","labels":{"a":"1"}})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"name":"x","labels":{"a":"1"}})"_json, R"({"labels":null,"none":null})"_json),
            R"({"name":"x"})"_json);
  EXPECT_EQ(Patched(R"({"metadata":{"name":"x"}})"_json, R"({"$patch":"replace","spec":{}})"_json),
            R"({"spec":{}})"_json);
}

TEST(StrategicPatch, DropsDirectivesThatHaveNothingToActUpon) {
  EXPECT_EQ(PatchedMetadata(R"({"name":"x"})"_json, R"({"labels":{"$patch":"delete"}})"_json), R"({"name":"x"})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"name":"x"})"_json,
                            R"({"ownerReferences":[{"uid":"u","$patch":"delete"},{"uid":"v"}],
                                "$deleteFromPrimitiveList/finalizers":["a"]})"_json),
            R"({"name":"x","ownerReferences":[{"uid":"v"}]})"_json);
}

TEST(StrategicPatch, JoinsListsOfScalarsWithTheMergeStrategy) {
  EXPECT_EQ(PatchedMetadata(R"({"finalizers":["a"]})"_json, R"({"finalizers":["b"]})"_json),
            R"({"finalizers":["b","a"]})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"finalizers":["a","b"]})"_json, R"({"finalizers":["b","b"]})"_json),
            R"({"finalizers":["a","b"]})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"finalizers":["a","b","c"]})"_json,
                            R"({"$deleteFromPrimitiveList/finalizers":["a","c","z"]})"_json),
            R"({"finalizers":["b"]})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"finalizers":["a","b"]})"_json,
                            R"({"$setElementOrder/finalizers":["c","b","a"],"finalizers":["c"]})"_json),
            R"({"finalizers":["c","b","a"]})"_json);
  EXPECT_EQ(PatchedMetadata(R"({"finalizers":["a"]})"_json, R"({"finalizers":[]})"_json),
            R"({"finalizers":["a"]})"_json);
}

TEST(StrategicPatch, ReplacesListsWithoutIt) {
  EXPECT_EQ(PatchedSpec(R"({"tolerations":[{"key":"a"}]})"_json, R"({"tolerations":[{"key":"b"}]})"_json),
            R"({"tolerations":[{"key":"b"}]})"_json);
  EXPECT_EQ(PatchedSpec(R"({"containers":[{"name":"m","args":["a","b"]}]})"_json,
                        R"({"containers":[{"name":"m","args":["c"]}]})"_json),
            R"({"containers":[{"name":"m","args":["c"]}]})"_json);
}

TEST(StrategicPatch, MergesListsOfObjectsByTheirKey) {
  const Json spec = R"({"containers":[{"name":"a","image":"1","env":[{"name":"X","value":"1"}]},
                                      {"name":"b","image":"1"}]})"_json;
  EXPECT_EQ(PatchedSpec(spec, R"({"containers":[{"name":"b","image":"2"}]})"_json),
            R"({"containers":[{"name":"a","image":"1","env":[{"name":"X","value":"1"}]},
                              {"name":"b","image":"2"}]})"_json);
  EXPECT_EQ(PatchedSpec(spec, R"({"containers":[{"name":"c","image":"3"}]})"_json)["containers"][0]["name"], "c");
  EXPECT_EQ(PatchedSpec(
                spec, R"({"containers":[{"name":"a","env":[{"name":"Y","value":"2"},{"name":"X","value":"3"}]}]})"_json)
                ["containers"][0]["env"],
            R"([{"name":"Y","value":"2"},{"name":"X","value":"3"}])"_json);
  EXPECT_EQ(PatchedSpec(spec, R"({"containers":[{"name":"a","$patch":"delete"}]})"_json),
            R"({"containers":[{"name":"b","image":"1"}]})"_json);
  EXPECT_EQ(PatchedSpec(spec, R"({"containers":[{"$patch":"replace"},{"name":"n"}]})"_json),
            R"({"containers":[{"name":"n"}]})"_json);
  EXPECT_EQ(PatchedSpec(spec, R"({"containers":[{"name":"a","$patch":"replace","image":"9"}]})"_json),
            R"({"containers":[]})"_json);
}

TEST(StrategicPatch, BringsItemsIntoTheOrderAskedFor) {
  const Json spec = R"({"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]})"_json;
  const auto names = [](const Json& patched) {
    std::string text;
    for (const Json& container : patched["containers"]) {
      text += container["name"].get<std::string>();
    }
    return text;
  };
  EXPECT_EQ(
      names(PatchedSpec(spec, R"({"$setElementOrder/containers":[{"name":"c"},{"name":"b"},{"name":"a"}]})"_json)),
      "cba");
  EXPECT_EQ(names(PatchedSpec(spec, R"({"$setElementOrder/containers":[{"name":"n"},{"name":"b"}],
                                        "containers":[{"name":"n","image":"i"}]})"_json)),
            "nabc");
  EXPECT_EQ(names(PatchedSpec(spec, R"({"$setElementOrder/containers":[{"name":"a"},{"name":"n"}],
      "containers":[{"name":"n"},{"$patch":"delete","name":"b"}]})"_json)),
            "anc");
  EXPECT_EQ(names(PatchedSpec(R"({})"_json, R"({"$setElementOrder/containers":[{"name":"y"},{"name":"x"}],
      "containers":[{"name":"y"},{"name":"x"}]})"_json)),
            "yx");
}

TEST(StrategicPatch, RetainsOnlyTheKeysNamed) {
  const Json spec = R"({"volumes":[{"name":"v","emptyDir":{}}]})"_json;
  EXPECT_EQ(PatchedSpec(spec, R"({"volumes":[{"name":"v","$retainKeys":["name","secret"],
                                              "secret":{"secretName":"s"}}]})"_json),
            R"({"volumes":[{"name":"v","secret":{"secretName":"s"}}]})"_json);
}

TEST(StrategicPatch, RefusesWithTheServersWords) {
  const Json object = R"({"metadata":{"name":"x","labels":{"a":"1"},"finalizers":["f"],"ownerReferences":[{"uid":"u"}]},
                          "spec":{"containers":[{"name":"m"}],"volumes":[{"name":"v","emptyDir":{}}],
                                  "tolerations":[{"key":"k"}]}})"_json;
  const struct {
    const char* patch;
    int code;
    const char* message;
  } cases[] = {
      {R"({"metadata":{"labels":{"$patch":"other"}}})", 500, "unknown patch type: other in map: map[$patch:other]"},
      {R"({"metadata":{"labels":{"$patch":"merge","a":"2"}}})", 500,
       "unknown patch type: merge in map: map[$patch:merge a:2]"},
      {R"({"spec":{"containers":[{"image":"x"}]}})", 500,
       "map: map[image:x] does not contain declared merge key: name"},
      {R"({"spec":{"containers":[{"$patch":"delete"}]}})", 500,
       "map: map[$patch:delete] does not contain declared merge key: name"},
      {R"({"spec":{"containers":[{"name":"m","$patch":"merge"}]}})", 500,
       "merging lists cannot yet be specified in the patch"},
      {R"({"spec":{"containers":[{"name":"m","$patch":"odd"}]}})", 500,
       "unknown patch type: odd in map: map[$patch:odd name:m]"},
      {R"({"spec":{"containers":["x"]}})", 500, "list element types are not identical: [[map[name:m]] [x]]"},
      {R"({"metadata":{"finalizers":[1]}})", 500, "list element types are not identical: [[f] [1]]"},
      {R"({"metadata":{"finalizers":[["x"]]}})", 422, "the server rejected our request due to an error in our request"},
      {R"({"metadata":{"$deleteFromPrimitiveList":["x"]}})", 400, "invalid patch format of primitive list"},
      {R"({"metadata":{"$setElementOrder":["x"]}})", 400, "invalid patch format of setElementOrder list"},
      {R"({"metadata":{"$setElementOrder/finalizers":"x"}})", 500, "expected a []interface {}, but received a string"},
      {R"({"metadata":{"$setElementOrder/unknown":["x"],"unknown":["x"]}})", 500,
       "unable to find api field in struct ObjectMeta for the json field \"unknown\""},
      {R"({"metadata":{"$setElementOrder/finalizers":["f"],"finalizers":["g"]}})", 500,
       "The order in patch list:\n[g]\n doesn't match $setElementOrder list:\n[f]\n"},
      {R"({"spec":{"volumes":[{"name":"v","$retainKeys":"name"}]}})", 400, "invalid patch format of retainKeys"},
      {R"({"spec":{"volumes":[{"name":"v","$retainKeys":["name"],"secret":{}}]}})", 400,
       "invalid patch format of retainKeys"},
      {"nonsense", 400, nullptr},
      {"[]", 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"},
      {"1", 400, "json: cannot unmarshal number into Go value of type map[string]interface {}"},
  };
  for (const auto& c : cases) {
    const auto patched = ApplyStrategicMergePatch(object, c.patch, Pod());
    ASSERT_FALSE(patched.has_value()) << c.patch << "\n" << patched->object;
    EXPECT_EQ(patched.error().code, c.code) << c.patch;
    if (c.message != nullptr) {
      EXPECT_EQ(patched.error().message, c.message);
    }
  }
}

TEST(StrategicPatch, TellsOfDuplicateKeys) {
  const auto patched = ApplyStrategicMergePatch(Json::object(), R"({"metadata":{"name":"a","name":"b"}})", Pod());
  ASSERT_TRUE(patched.has_value());
  EXPECT_EQ(patched->strict_errors, (std::vector<std::string>{"duplicate field \"metadata.name\""}));
}

TEST(StrategicPatch, ReplacesAValueOfAnotherKind) {
  EXPECT_EQ(PatchedMetadata(R"({"labels":{"a":"1"}})"_json, R"({"labels":"x"})"_json), R"({"labels":"x"})"_json);
  EXPECT_EQ(PatchedSpec(R"({"priority":1})"_json, R"({"priority":2.5})"_json), R"({"priority":2.5})"_json);
}

TEST(StrategicPatch, OfItselfIsNoChange) {
  const Json object = R"({"metadata":{"name":"x","labels":{"a":"1"},"finalizers":["f","g"],
                          "ownerReferences":[{"uid":"u","name":"n"}]},
                          "spec":{"containers":[{"name":"m","args":["a"],"ports":[{"containerPort":80}]},{"name":"n"}],
                                  "tolerations":[{"key":"k"}]}})"_json;
  EXPECT_EQ(Patched(object, object), object);
}

}  // namespace
}  // namespace mock_kubeapi::merge
