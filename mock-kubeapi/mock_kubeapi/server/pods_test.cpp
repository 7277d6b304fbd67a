// Pods that run: a Job's container in a process of its own, as a client of the API sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "mock_kubeapi/server/mock_kube_api.h"
#include "mock_kubeapi/server/test_api.h"

namespace mock_kubeapi {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr std::chrono::seconds kPatience{15};
const std::string kCore = "/api/v1/namespaces/default/";
const std::string kJobs = "/apis/batch/v1/namespaces/default/jobs";
const std::string kCronJobs = "/apis/batch/v1/namespaces/default/cronjobs";

/// A mock whose image "shell" is /bin/sh.
class PodsTest : public ::testing::Test {
 protected:
  void SetUp() override { Start({}); }
  void Start(MockKubeApiOptions options) {
    options.run_pods = {{"shell", "/bin/sh"}};
    mock_ = MockKubeApi::Start(std::move(options)).value();
  }

  Answer Send(const std::string& method, const std::string& target, const Json& body = nullptr,
              const std::string& token = "") {
    mock_http::Request request{.method = method, .target = target};
    request.headers.Set("Authorization", "Bearer " + (token.empty() ? mock_->AdminToken() : token));
    if (!body.is_null()) {
      request.headers.Set("Content-Type", "application/json");
      request.body = body.dump();
    }
    mock_http::Response response = mock_->endpoint().Serve(request).response;
    Json parsed = Json::parse(response.body, nullptr, false);
    if (parsed.is_discarded()) parsed = nullptr;
    return {.status = response.status, .body = std::move(parsed), .response = std::move(response)};
  }
  Answer Get(const std::string& target) { return Send("GET", target); }
  void Make(const std::string& target, const Json& body) {
    const Answer answer = Send("POST", target, body);
    ASSERT_EQ(answer.status, 201) << answer.response.body;
  }
  static Json PodSpec(const std::string& script) {
    return {{"restartPolicy", "Never"},
            {"containers", {{{"name", "main"}, {"image", "shell"}, {"args", {"-c", script}}}}}};
  }
  static Json Job(const std::string& name, const Json& pod_spec) {
    return {{"metadata", {{"name", name}}}, {"spec", {{"template", {{"spec", pod_spec}}}}}};
  }
  static Json Pod(const std::string& name, const Json& pod_spec) {
    return {{"metadata", {{"name", name}}}, {"spec", pod_spec}};
  }
  /// Asks until `holds` of the answer; the last answer.
  Answer Await(const std::string& target, const std::string& what, const std::function<bool(const Answer&)>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    Answer answer = Get(target);
    while (!holds(answer)) {
      if (std::chrono::steady_clock::now() > deadline) {
        ADD_FAILURE() << "waited 15 s for " << what << "; " << target << " is " << answer.response.body;
        break;
      }
      std::this_thread::yield();
      answer = Get(target);
    }
    return answer;
  }
  Json AwaitJob(const std::string& name, const std::string& condition) {
    return Await(kJobs + "/" + name, "the Job's condition " + condition,
                 [&](const Answer& job) {
                   for (const Json& each : job.body["status"].value("conditions", Json::array())) {
                     if (each["type"] == condition && each["status"] == "True") return true;
                   }
                   return false;
                 })
        .body;
  }
  Json AwaitPhase(const std::string& name, const std::string& phase) {
    return Await(kCore + "pods/" + name, "the phase " + phase,
                 [&](const Answer& pod) { return pod.Text("/status/phase") == phase; })
        .body;
  }
  Json OnlyPodOf(const std::string& job) {
    const Json pods = Get(kCore + "pods?labelSelector=job-name%3D" + job).body["items"];
    return pods.size() == 1 ? pods[0] : Json();
  }
  static Json Terminated(const Json& pod) { return pod["status"]["containerStatuses"][0]["state"]["terminated"]; }
  std::string Log(const std::string& pod, const std::string& query = "") {
    return Get(kCore + "pods/" + pod + "/log" + query).response.body;
  }

  std::unique_ptr<MockKubeApi> mock_;
};

TEST_F(PodsTest, RunAJobWithASecretATokenAndATerminationMessage) {
  Make(kCore + "secrets", {{"metadata", {{"name", "s"}}}, {"stringData", {{"key", "from-the-secret"}}}});
  Json spec = PodSpec(
      "cat /mnt/s/key; echo; cd /var/run/secrets/kubernetes.io/serviceaccount; cat token; echo; cat ca.crt; "
      "cat namespace; echo; echo $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT; echo done > /dev/termination-log");
  spec["volumes"] = Json::parse(R"([{"name":"s","secret":{"secretName":"s"}}])");
  spec["containers"][0]["volumeMounts"] = Json::parse(R"([{"name":"s","mountPath":"/mnt/s"}])");
  Make(kJobs, Job("j", spec));
  AwaitJob("j", "Complete");
  const Json pod = OnlyPodOf("j");
  ASSERT_FALSE(pod.is_null());
  EXPECT_EQ(pod["spec"]["nodeName"], "local");
  EXPECT_EQ(Terminated(pod)["exitCode"], 0);
  EXPECT_EQ(Terminated(pod)["message"], "done\n");
  const std::string log = Log(pod["metadata"]["name"]);
  EXPECT_THAT(log, AllOf(HasSubstr("from-the-secret\n"), HasSubstr(mock_->CaCertificate()), HasSubstr("\ndefault\n"),
                         HasSubstr("127.0.0.1:" + std::to_string(mock_->port()))));
  // The token is the Pod's own ServiceAccount's, and goes with the Pod.
  const std::size_t begin = log.find('\n') + 1;
  const std::string token = log.substr(begin, log.find('\n', begin) - begin);
  const Answer refused = Send("GET", kCore + "secrets", nullptr, token);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.response.body, HasSubstr("system:serviceaccount:default:default"));
  Send("DELETE", kJobs + "/j?propagationPolicy=Background");
  Await(kCore + "pods/" + pod["metadata"]["name"].get<std::string>(), "the Pod to go",
        [](const Answer& gone) { return gone.status == 404; });
  EXPECT_EQ(Send("GET", kCore + "secrets", nullptr, token).status, 401);
}

TEST_F(PodsTest, FailAJobWithItsLogAsTheMessage) {
  Json job = Job("j", PodSpec("echo what went wrong >&2; exit 7"));
  job["spec"]["backoffLimit"] = 0;
  job["spec"]["template"]["spec"]["containers"][0]["terminationMessagePolicy"] = "FallbackToLogsOnError";
  Make(kJobs, job);
  const Json failed = AwaitJob("j", "Failed");
  EXPECT_EQ(failed["status"]["failed"], 1);
  const Json pod = OnlyPodOf("j");
  ASSERT_FALSE(pod.is_null());
  EXPECT_EQ(pod["status"]["phase"], "Failed");
  EXPECT_EQ(Terminated(pod)["exitCode"], 7);
  EXPECT_EQ(Terminated(pod)["message"], "what went wrong\n");
}

TEST_F(PodsTest, FollowALogToTheEndOfTheRun) {
  Make(kCore + "configmaps", {{"metadata", {{"name", "c"}}}, {"data", {{"go", "wait"}}}});
  Json spec = PodSpec("echo first; while grep -q wait /c/go; do sleep 0.01; done; echo last");
  spec["volumes"] = Json::parse(R"([{"name":"c","configMap":{"name":"c"}}])");
  spec["containers"][0]["volumeMounts"] = Json::parse(R"([{"name":"c","mountPath":"/c"}])");
  Make(kCore + "pods", Pod("p", spec));
  AwaitPhase("p", "Running");
  const Answer followed = Get(kCore + "pods/p/log?follow=true");
  ASSERT_EQ(followed.status, 200);
  ASSERT_TRUE(followed.response.stream);
  std::string text;
  bool released = false;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  auto state = mock_http::BodyStream::State::kPending;
  while (state != mock_http::BodyStream::State::kEnd && std::chrono::steady_clock::now() < deadline) {
    state = mock_->Locked([&](KubeApi&) { return followed.response.stream->Pull(text); });
    if (!released && text == "first\n") {
      released = true;
      const Json changed = {{"metadata", {{"name", "c"}}}, {"data", {{"go", "on"}}}};
      EXPECT_EQ(Send("PUT", kCore + "configmaps/c", changed).status, 200);
    }
    std::this_thread::yield();
  }
  EXPECT_EQ(text, "first\nlast\n");
  AwaitPhase("p", "Succeeded");
  EXPECT_EQ(Log("p", "?tailLines=1"), "last\n");
}

TEST_F(PodsTest, TakeAPodAwayWhenItsContainersHaveEnded) {
  Make(kCore + "pods", Pod("p", PodSpec("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done")));
  Await(kCore + "pods/p/log", "the container to be ready",
        [](const Answer& log) { return log.response.body == "ready\n"; });
  EXPECT_EQ(Send("DELETE", kCore + "pods/p").status, 200);
  Await(kCore + "pods/p", "the Pod to go", [](const Answer& pod) { return pod.status == 404; });
}

TEST_F(PodsTest, WaitForASecretAndForAnImage) {
  Json spec = PodSpec("echo $KEY");
  spec["containers"][0]["env"] =
      Json::parse(R"([{"name":"KEY","valueFrom":{"secretKeyRef":{"name":"late","key":"k"}}}])");
  Make(kCore + "pods", Pod("p", spec));
  Json other = PodSpec("");
  other["containers"][0]["image"] = "unknown:1";
  Make(kCore + "pods", Pod("q", other));
  EXPECT_EQ(Get(kCore + "pods/p").Text("/status/containerStatuses/0/state/waiting/reason"),
            "CreateContainerConfigError");
  EXPECT_EQ(Get(kCore + "pods/q").Text("/status/containerStatuses/0/state/waiting/reason"), "ErrImagePull");
  Make(kCore + "secrets", {{"metadata", {{"name", "late"}}}, {"stringData", {{"k", "v"}}}});
  AwaitPhase("p", "Succeeded");
  EXPECT_EQ(Log("p"), "v\n");
}

TEST_F(PodsTest, TellOfWhatTheyDo) {
  Make(kCore + "pods", Pod("p", PodSpec("")));
  AwaitPhase("p", "Succeeded");
  std::vector<std::string> reasons;
  const Json events = Get(kCore + "events").body["items"];
  for (const Json& event : events) {
    if (event["involvedObject"]["name"] == "p") reasons.push_back(event["reason"]);
  }
  EXPECT_THAT(reasons, IsSupersetOf({"Scheduled", "Pulled", "Created", "Started"}));
  EXPECT_EQ(Get("/api/v1/nodes/local").Text("/status/conditions/0/type"), "Ready");
}

TEST(PodsOnAVirtualClock, RunEveryCronJobOfADayInOrderAndOnce) {
  constexpr int kCount = 12;
  mock_http::VirtualClock clock;
  MockKubeApiOptions options;
  options.virtual_clock = &clock;
  options.run_pods = {{"shell", "/bin/sh"}};
  const auto mock = MockKubeApi::Start(std::move(options)).value();
  const auto send = [&](const std::string& method, const std::string& target, const std::string& body) {
    mock_http::Request request{.method = method, .target = target, .headers = {{"Content-Type", "application/json"}}};
    request.headers.Set("Authorization", "Bearer " + mock->AdminToken());
    request.body = body;
    return mock->endpoint().Serve(request).response;
  };
  for (int i = 0; i < kCount; ++i) {
    // Spread over the first two hours, in an order that is not that of their names.
    const int minute = 1 + (i * 37) % 119;
    const Json cronjob = {
        {"metadata", {{"name", "c" + std::to_string(i)}}},
        {"spec",
         {{"schedule", std::to_string(minute % 60) + " " + std::to_string(minute / 60) + " * * *"},
          {"concurrencyPolicy", "Forbid"},
          {"startingDeadlineSeconds", 3600},
          {"jobTemplate",
           {{"spec",
             {{"template",
               {{"spec",
                 {{"restartPolicy", "Never"},
                  {"containers", {{{"name", "main"}, {"image", "shell"}, {"args", {"-c", "echo ran"}}}}}}}}}}}}}}}};
    ASSERT_EQ(send("POST", kCronJobs, cronjob.dump()).status, 201);
  }
  clock.Advance(std::chrono::hours{23} + std::chrono::minutes{59});
  const Json jobs = Json::parse(send("GET", kJobs, "").body)["items"];
  ASSERT_EQ(jobs.size(), static_cast<std::size_t>(kCount));
  std::map<std::string, std::string> created;  // by CronJob
  for (const Json& job : jobs) {
    EXPECT_EQ(job["status"]["succeeded"], 1) << job.dump();
    created[job["metadata"]["ownerReferences"][0]["name"]] = job["metadata"]["creationTimestamp"];
  }
  ASSERT_EQ(created.size(), static_cast<std::size_t>(kCount)) << "one run each";
  for (int i = 0; i < kCount; ++i) {
    const int minute = 1 + (i * 37) % 119;
    const auto due = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1) + std::chrono::minutes{minute};
    EXPECT_EQ(created["c" + std::to_string(i)], mock_http::FormatRfc3339(due)) << i;
  }
}

}  // namespace
}  // namespace mock_kubeapi
