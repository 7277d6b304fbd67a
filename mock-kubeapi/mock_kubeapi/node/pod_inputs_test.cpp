// What a container is started with: environment, volumes, command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/node/container_setup.h"
#include "mock_kubeapi/node/pod_environment.h"
#include "mock_kubeapi/node/pod_references.h"
#include "mock_kubeapi/node/pod_volumes.h"

namespace mock_kubeapi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PodInputsTest : public ::testing::Test {
 protected:
  PodInputsTest() {
    Put("secrets", "s", R"({"data":{"user":"dQ==","not-a-name!":"eA=="}})");
    Put("configmaps", "c", R"({"data":{"A":"1"},"binaryData":{"b":"/w=="}})");
    pod_ = Json::parse(R"({"metadata":{"name":"p","namespace":"ns","uid":"u","labels":{"app":"x","tier":"y"}},
        "spec":{"serviceAccountName":"sa","enableServiceLinks":false,"containers":[{"name":"main","image":"i"}]}})");
  }
  void Put(const char* resource, const char* name, const char* text) {
    Json object = Json::parse(text);
    object["metadata"] = {{"name", name}, {"namespace", "ns"}};
    store_.Put({.resource = resource, .namespace_name = "ns", .name = name}, std::move(object));
  }
  PodInputs Inputs() { return {.pod = pod_, .store = store_, .node = facts_, .tokens = tokens_}; }
  Json& Container() { return pod_["spec"]["containers"][0]; }
  std::expected<Environment, std::string> Env(const char* env) {
    Container()["env"] = Json::parse(env);
    return MakeEnvironment(Inputs(), Container());
  }
  std::string Value(const std::expected<Environment, std::string>& environment, const std::string& name) {
    if (!environment) return "(" + environment.error() + ")";
    const auto found = std::ranges::find(*environment, name, &Environment::value_type::first);
    return found == environment->end() ? "(unset)" : found->second;
  }
  std::expected<Volumes, std::string> Fill(const char* volume) {
    pod_["spec"]["volumes"] = Json::array({Json::parse(volume)});
    pod_["spec"]["volumes"][0]["name"] = "v";
    Container()["volumeMounts"] = Json::parse(R"([{"name":"v","mountPath":"/v"}])");
    return FillVolumes(Inputs());
  }

  Store store_;
  NodeFacts facts_{.node_name = "local", .host_ip = "127.0.0.1", .api_host = "10.0.0.1", .api_port = "443"};
  std::vector<std::int64_t> asked_;
  TokenSource tokens_ = [this](const Json&, const TokenWish& wish) -> std::expected<std::string, std::string> {
    asked_.push_back(wish.seconds);
    return "token for " + (wish.audience.empty() ? "api" : wish.audience);
  };
  Json pod_;
};

TEST_F(PodInputsTest, EnvironmentTellsWhereTheApiIs) {
  const auto environment = Env("[]");
  EXPECT_EQ(Value(environment, "KUBERNETES_SERVICE_HOST"), "10.0.0.1");
  EXPECT_EQ(Value(environment, "KUBERNETES_SERVICE_PORT"), "443");
  EXPECT_EQ(Value(environment, "KUBERNETES_PORT"), "(unset)") << "without service links";
}

TEST_F(PodInputsTest, EnvironmentTakesValuesFromEverywhere) {
  const auto environment = Env(R"json([{"name":"U","valueFrom":{"secretKeyRef":{"name":"s","key":"user"}}},
      {"name":"A","valueFrom":{"configMapKeyRef":{"name":"c","key":"A"}}},
      {"name":"N","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}},
      {"name":"X","value":"$(U)-$(A)-$(UNKNOWN)"},
      {"name":"GONE","valueFrom":{"secretKeyRef":{"name":"none","key":"k","optional":true}}}])json");
  EXPECT_EQ(Value(environment, "U"), "u");
  EXPECT_EQ(Value(environment, "N"), "x");
  EXPECT_EQ(Value(environment, "X"), "u-1-$(UNKNOWN)");
  EXPECT_EQ(Value(environment, "GONE"), "(unset)");
}

TEST_F(PodInputsTest, EnvironmentTakesWholeObjectsAndLeavesOutWhatIsNoName) {
  Container()["envFrom"] = Json::parse(R"([{"prefix":"P_","configMapRef":{"name":"c"}},{"secretRef":{"name":"s"}}])");
  const auto environment = Env("[]");
  EXPECT_EQ(Value(environment, "P_A"), "1");
  EXPECT_EQ(Value(environment, "user"), "u");
  EXPECT_EQ(Value(environment, "not-a-name!"), "(unset)");
}

TEST_F(PodInputsTest, EnvironmentNamesWhatIsMissing) {
  EXPECT_EQ(Value(Env(R"([{"name":"U","valueFrom":{"secretKeyRef":{"name":"none","key":"k"}}}])"), ""),
            "(secret \"none\" not found)");
  EXPECT_EQ(Value(Env(R"([{"name":"U","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}])"), ""),
            "(couldn't find key k in Secret ns/s)");
}

TEST_F(PodInputsTest, VolumesHoldSecretsByKeyOrByItem) {
  auto volumes = Fill(R"({"secret":{"secretName":"s","defaultMode":256,"items":[{"key":"user","path":"in/name"}]}})");
  ASSERT_TRUE(volumes) << volumes.error();
  EXPECT_EQ((*volumes)["v"].files, (std::map<std::string, VolumeFile>{{"in/name", {.content = "u", .mode = 0400}}}));
  volumes = Fill(R"({"configMap":{"name":"c"}})");
  ASSERT_TRUE(volumes) << volumes.error();
  EXPECT_EQ((*volumes)["v"].files["b"].content, "\xff");
}

TEST_F(PodInputsTest, VolumesOfProjectedSourcesGiveATokenToThePodsUser) {
  pod_["spec"]["securityContext"] = {{"runAsUser", 65532}};
  auto volumes = Fill(R"({"projected":{"defaultMode":420,"sources":[
      {"serviceAccountToken":{"path":"token","expirationSeconds":1800}},
      {"configMap":{"name":"c","items":[{"key":"A","path":"ca.crt"}]}},
      {"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"fieldPath":"metadata.namespace"}},
                               {"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}})");
  ASSERT_TRUE(volumes) << volumes.error();
  auto& files = (*volumes)["v"].files;
  EXPECT_EQ(files["token"], (VolumeFile{.content = "token for api", .mode = 0600, .owner = 65532}));
  EXPECT_THAT(asked_, ElementsAre(1800));
  EXPECT_EQ(files["namespace"], (VolumeFile{.content = "ns", .mode = 0644}));
  EXPECT_EQ(files["labels"].content, "app=\"x\"\ntier=\"y\"");
  EXPECT_EQ(TokenLifetime(pod_), std::chrono::seconds{1800});
}

TEST_F(PodInputsTest, VolumesNameWhatIsMissing) {
  EXPECT_THAT(Fill(R"({"secret":{"secretName":"none"}})").error(),
              HasSubstr("MountVolume.SetUp failed for volume \"v\" : secret \"none\" not found"));
  EXPECT_TRUE(Fill(R"({"secret":{"secretName":"none","optional":true}})"));
  EXPECT_THAT(Fill(R"({"secret":{"secretName":"s","items":[{"key":"k","path":"p"}]}})").error(),
              HasSubstr("references non-existent secret key: k"));
}

TEST_F(PodInputsTest, SetupExpandsCommandsAndKeepsFilledVolumesFromWrites) {
  Container()["command"] = {"tool", "$(A)"};
  Container()["args"] = {"$$(A)"};
  Container()["env"] = Json::parse(R"([{"name":"A","value":"1"}])");
  auto volumes = Fill(R"({"secret":{"secretName":"s"}})");
  ASSERT_TRUE(volumes);
  const auto setup = MakeContainerSetup(Inputs(), Container(), 2, *volumes);
  ASSERT_TRUE(setup) << setup.error();
  EXPECT_THAT(setup->command, ElementsAre("tool", "1"));
  EXPECT_THAT(setup->arguments, ElementsAre("$(A)"));
  EXPECT_EQ(setup->id, (RunId{.pod_uid = "u", .container = "main", .attempt = 2}));
  ASSERT_EQ(setup->mounts.size(), 1U);
  EXPECT_TRUE(setup->mounts[0].read_only);
}

TEST_F(PodInputsTest, SetupRefusesRootWhereItIsForbidden) {
  pod_["spec"]["securityContext"] = {{"runAsNonRoot", true}, {"runAsUser", 0}};
  EXPECT_THAT(MakeContainerSetup(Inputs(), Container(), 0, {}).error(), HasSubstr("breaks non-root policy"));
}

TEST_F(PodInputsTest, ReferencesAreAllThatMayUnblockAPod) {
  Container()["envFrom"] = Json::parse(R"([{"configMapRef":{"name":"c"}}])");
  pod_["spec"]["volumes"] = Json::parse(R"([{"name":"v","secret":{"secretName":"s"}},
      {"name":"w","projected":{"sources":[{"configMap":{"name":"d"}}]}}])");
  EXPECT_THAT(ObjectsOf(pod_), ElementsAre("configmaps/ns/c", "configmaps/ns/d", "secrets/ns/s"));
}

}  // namespace
}  // namespace mock_kubeapi
