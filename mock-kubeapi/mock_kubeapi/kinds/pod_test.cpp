#include "mock_kubeapi/kinds/pod.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "mock_kubeapi/kinds/kind_test_support.h"
#include "mock_kubeapi/kinds/pod_admission.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;

class PodTest : public testing::Test {
 protected:
  PodTest() { context_.AddServiceAccount("default"); }

  Json Created(const std::string& text) {
    Json pod = Json::parse(text);
    pod["metadata"]["namespace"] = "ns";
    kind_.set_defaults(pod);
    const Result<void> prepared = kind_.prepare_create(pod, context_.context());
    EXPECT_TRUE(prepared.has_value()) << prepared.error().message;
    return pod;
  }

  Kind kind_ = PodKind(nullptr);
  KindTestContext context_;
};

TEST_F(PodTest, BeginsPendingWithPriorityTolerationsAndAccount) {
  const Json pod = Created(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"busybox"}],
                                                             "automountServiceAccountToken":false}})");
  EXPECT_EQ(pod["status"], Json::parse(R"({"phase":"Pending","qosClass":"BestEffort"})"));
  const Json& spec = pod["spec"];
  EXPECT_EQ(spec["serviceAccountName"], "default");
  EXPECT_EQ(spec["serviceAccount"], "default");
  EXPECT_EQ(spec["priority"], 0);
  EXPECT_EQ(spec["preemptionPolicy"], "PreemptLowerPriority");
  EXPECT_EQ(spec["tolerations"], Json::parse(R"([
    {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},
    {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}])"));
  EXPECT_FALSE(spec.contains("volumes"));
}

TEST_F(PodTest, MountsTheAccountsToken) {
  const Json pod = Created(R"({"metadata":{"name":"p"},"spec":{"initContainers":[{"name":"i","image":"i"}],
    "containers":[{"name":"a","image":"i"},
    {"name":"b","image":"i","volumeMounts":[{"name":"own","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}],
    "volumes":[{"name":"own"}]}})");
  const Json& spec = pod["spec"];
  ASSERT_EQ(spec["volumes"].size(), 2U);
  const std::string name = spec["volumes"][1]["name"];
  EXPECT_THAT(name, testing::MatchesRegex("kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}"));
  EXPECT_EQ(spec["volumes"][1]["projected"], Json::parse(R"({"defaultMode":420,"sources":[
    {"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},
    {"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},
    {"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}]})"));
  const Json mount = {{"name", name}, {"readOnly", true}, {"mountPath", kTokenMountPath}};
  EXPECT_EQ(spec["containers"][0]["volumeMounts"], Json::array({mount}));
  EXPECT_EQ(spec["initContainers"][0]["volumeMounts"], Json::array({mount}));
  EXPECT_EQ(spec["containers"][1]["volumeMounts"].size(), 1U);
}

TEST_F(PodTest, TakesWhatTheAccountSays) {
  context_.AddServiceAccount(
      "bot", Json::parse(R"({"automountServiceAccountToken":false,"imagePullSecrets":[{"name":"reg"}]})"));
  const std::string text =
      R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"m","image":"i"}],"serviceAccountName":"bot"}})";
  EXPECT_FALSE(Created(text)["spec"].contains("volumes"));
  EXPECT_EQ(Created(text)["spec"]["imagePullSecrets"], Json::parse(R"([{"name":"reg"}])"));
  Json wishing = Json::parse(text);
  wishing["spec"]["automountServiceAccountToken"] = true;
  wishing["spec"]["imagePullSecrets"] = Json::parse(R"([{"name":"own"}])");
  const Json pod = Created(wishing.dump());
  EXPECT_EQ(pod["spec"]["volumes"].size(), 1U);
  EXPECT_EQ(pod["spec"]["imagePullSecrets"], Json::parse(R"([{"name":"own"}])"));
}

TEST_F(PodTest, NeedsItsAccountToExist) {
  Json pod = Json::parse(R"({"metadata":{"name":"q","namespace":"ns"},"spec":{"serviceAccountName":"nobody"}})");
  const Result<void> refused = kind_.prepare_create(pod, context_.context());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, 403);
  EXPECT_EQ(refused.error().message,
            "pods \"q\" is forbidden: error looking up service account ns/nobody: serviceaccount \"nobody\" not found");
}

TEST_F(PodTest, IsRefusedUnderTheNameItWasAskedFor) {
  Json pod = Json::parse(
      R"({"metadata":{"generateName":"renew-","name":"renew-abcde","namespace":"ns"},"spec":{"serviceAccountName":"x"}})");
  EXPECT_THAT(kind_.prepare_create(pod, context_.context()).error().message,
              testing::StartsWith("pods \"renew-\" is forbidden"));
}

TEST_F(PodTest, KnowsTheSystemsPriorityClassesOnly) {
  const Json pod =
      Created(R"({"metadata":{"name":"p"},"spec":{"priorityClassName":"system-node-critical","containers":[]}})");
  EXPECT_EQ(pod["spec"]["priority"], 2000001000);
  Json other = Json::parse(R"({"metadata":{"name":"p","namespace":"ns"},"spec":{"priorityClassName":"gold"}})");
  EXPECT_EQ(kind_.prepare_create(other, context_.context()).error().message,
            "pods \"p\" is forbidden: no PriorityClass with name gold was found");
}

TEST(PodQos, FollowsRequestsAndLimits) {
  const auto qos = [](const std::string& resources) {
    return PodQosClass(Json::parse(R"({"containers":[{"resources":)" + resources + "}]}"));
  };
  EXPECT_EQ(qos("{}"), "BestEffort");
  EXPECT_EQ(qos(R"({"requests":{"cpu":"0"}})"), "BestEffort");
  EXPECT_EQ(qos(R"({"requests":{"cpu":"1"}})"), "Burstable");
  EXPECT_EQ(qos(R"({"requests":{"example.com/x":"1"}})"), "BestEffort");
  EXPECT_EQ(qos(R"({"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1000m","memory":"1Gi"}})"), "Guaranteed");
  EXPECT_EQ(qos(R"({"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m","memory":"1Gi"}})"), "Burstable");
}

TEST_F(PodTest, CannotHaveARuntimeClassThatIsNotThere) {
  Json pod = Json::parse(R"({"metadata":{"name":"p","namespace":"ns"},"spec":{"runtimeClassName":"kata"}})");
  const Result<void> prepared = kind_.prepare_create(pod, context_.context());
  ASSERT_FALSE(prepared.has_value());
  EXPECT_EQ(prepared.error().code, 403);
  EXPECT_EQ(prepared.error().message, "pods \"p\" is forbidden: pod rejected: RuntimeClass \"kata\" not found");
}

TEST_F(PodTest, StatusChangesLeaveOwnersAlone) {
  const Json old = Json::parse(R"({"metadata":{"name":"p","ownerReferences":[{"uid":"u"}]},"spec":{},
                                   "status":{"phase":"Pending","qosClass":"BestEffort"}})");
  Json pod = Json::parse(R"({"metadata":{"name":"p"},"spec":{},"status":{"phase":"Running"}})");
  ASSERT_TRUE(kind_.prepare_update(pod, old, "status", context_.context()).has_value());
  EXPECT_EQ(pod["metadata"], old["metadata"]);
  EXPECT_EQ(pod["status"], Json::parse(R"({"phase":"Running","qosClass":"BestEffort"})"));
}

TEST_F(PodTest, HasGraceOnlyOnANodeAndWhileItLives) {
  const auto grace = [&](const std::string& text, std::optional<std::int64_t> asked = {}) {
    return kind_.grace(Json::parse(text), asked).seconds;
  };
  EXPECT_EQ(grace(R"({"spec":{"terminationGracePeriodSeconds":30}})"), 0);
  EXPECT_EQ(grace(R"({"spec":{"terminationGracePeriodSeconds":30,"nodeName":"n"}})"), 30);
  EXPECT_EQ(grace(R"({"spec":{"terminationGracePeriodSeconds":30,"nodeName":"n"}})", 7), 7);
  EXPECT_EQ(grace(R"({"spec":{"terminationGracePeriodSeconds":30,"nodeName":"n"}})", -5), 1);
  EXPECT_EQ(grace(R"({"spec":{"terminationGracePeriodSeconds":30,"nodeName":"n"},"status":{"phase":"Failed"}})"), 0);
}

TEST_F(PodTest, CanBeSelectedByItsState) {
  const auto fields = kind_.selectable_fields(Json::parse(R"({"spec":{"nodeName":"n","restartPolicy":"Never"},
    "status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"}]}})"));
  EXPECT_EQ(fields.at("spec.nodeName"), "n");
  EXPECT_EQ(fields.at("spec.host"), "n");
  EXPECT_EQ(fields.at("status.podIPs"), "");
  EXPECT_EQ(fields.at("status.phase"), "Running");
  EXPECT_EQ(fields.at("status.podIP"), "10.0.0.1");
}

Json WithStatus(const std::string& status) {
  return {{"metadata", {{"name", "p"}, {"creationTimestamp", "2024-01-01T00:00:00Z"}}},
          {"spec", Json::parse(R"({"containers":[{"name":"a"},{"name":"b"}],"initContainers":[{"name":"i"}]})")},
          {"status", Json::parse(status)}};
}

TEST(PodStatusText, SaysWhatHoldsThePodUp) {
  const auto text = [](const std::string& status) { return PodStatusText(WithStatus(status)); };
  EXPECT_EQ(text(R"({"phase":"Pending"})"), "Pending");
  EXPECT_EQ(text(R"({"phase":"Failed","reason":"DeadlineExceeded"})"), "DeadlineExceeded");
  EXPECT_EQ(text(R"({"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ContainerCreating"}}}]})"),
            "ContainerCreating");
  EXPECT_EQ(
      text(R"({"phase":"Failed","containerStatuses":[{"state":{"terminated":{"reason":"Error","exitCode":1}}}]})"),
      "Error");
  EXPECT_EQ(text(R"({"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":3}}}]})"), "ExitCode:3");
  EXPECT_EQ(text(R"({"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":0,"signal":9}}}]})"),
            "Signal:9");
  EXPECT_EQ(text(R"({"phase":"Pending","initContainerStatuses":[{"state":{"running":{}}}]})"), "Init:0/1");
  EXPECT_EQ(
      text(R"({"phase":"Pending","initContainerStatuses":[{"state":{"terminated":{"reason":"Error","exitCode":1}}}]})"),
      "Init:Error");
  EXPECT_EQ(text(R"({"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[
              {"ready":true,"state":{"running":{}}},{"state":{"terminated":{"reason":"Completed","exitCode":0}}}]})"),
            "Running");
  Json going = WithStatus(R"({"phase":"Running"})");
  going["metadata"]["deletionTimestamp"] = "2024-01-01T00:00:30Z";
  EXPECT_EQ(PodStatusText(going), "Terminating");
}

TEST(PodStatusText, SaysThatAGateHoldsThePod) {
  EXPECT_EQ(PodStatusText(WithStatus(R"({"phase":"Pending","conditions":[
              {"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]})")),
            "SchedulingGated");
}

TEST_F(PodTest, ShowsHowItHasEndedBesideTheCells) {
  const auto conditions = [&](const char* phase) { return kind_.row_conditions({{"status", {{"phase", phase}}}}); };
  EXPECT_EQ(conditions("Succeeded"), Json::parse(R"([{"type":"Completed","status":"True","reason":"Succeeded",
                                                     "message":"The pod has completed successfully."}])"));
  EXPECT_EQ(conditions("Failed")[0]["message"], "The pod failed.");
  EXPECT_TRUE(conditions("Running").empty());
}

TEST_F(PodTest, ShowsReadyRestartsAndPlace) {
  const Json pod =
      WithStatus(R"({"phase":"Running","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}],"containerStatuses":[
    {"ready":true,"restartCount":2,"state":{"running":{}},"lastState":{"terminated":{"finishedAt":"2024-01-01T00:03:00Z"}}},
    {"ready":false,"restartCount":0,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]})");
  context_.clock.Set(mock_http::TimePoint{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}} +
                     std::chrono::minutes{5});
  EXPECT_THAT(kind_.row(pod, context_.clock.Now()), ElementsAre("p", "1/2", "CrashLoopBackOff", "2 (2m ago)", "5m",
                                                                "10.0.0.1", "<none>", "<none>", "<none>"));
  EXPECT_EQ(kind_.columns.size(), 9U);
}

}  // namespace
}  // namespace mock_kubeapi
