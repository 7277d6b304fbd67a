#include "mock_kubeapi/controllers/job_controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "mock_kubeapi/controllers/test_cluster.h"
#include "mock_kubeapi/controllers/ttl_after_finished_controller.h"

namespace mock_kubeapi {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kSucceeded = R"({"status":{"phase":"Succeeded"}})";

std::string Failed(int exit_code) {
  return R"({"status":{"phase":"Failed","containerStatuses":[{"name":"main","state":{"terminated":{"exitCode":)" +
         std::to_string(exit_code) + R"(,"reason":"Error"}}}]}})";
}

class JobControllerTest : public testing::Test {
 protected:
  JobControllerTest() {
    cluster_.Add(std::make_unique<JobController>());
    cluster_.Add(std::make_unique<TtlAfterFinishedController>());
  }

  /// A Job "renew" with `patch` (RFC 7386) applied to its spec.
  void CreateJob(const std::string& patch = "{}") {
    Json job = Json::parse(R"({"metadata":{"name":"renew"},"spec":{"template":{"metadata":{"labels":{"app":"acme"},
      "annotations":{"note":"kept"}},"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox"}]}}}})");
    job["spec"].merge_patch(Json::parse(patch));
    cluster_.Create("jobs", job.dump());
  }
  Json Status() const { return cluster_.Get("jobs", "renew")["status"]; }
  Json Condition(const std::string& type) const {
    for (const Json& condition : Status().value("conditions", Json::array())) {
      if (condition["type"] == type) return condition;
    }
    return {};
  }
  void EndPod(const std::string& patch) { cluster_.Patch("pods", cluster_.ActivePod(), patch, "status"); }

  TestCluster cluster_;
};

TEST_F(JobControllerTest, StartsAPodThatBelongsToTheJob) {
  CreateJob();
  const std::string uid = cluster_.Get("jobs", "renew")["metadata"]["uid"];
  const Json pod = cluster_.Get("pods", cluster_.ActivePod());
  const Json& metadata = pod["metadata"];
  EXPECT_EQ(metadata["generateName"], "renew-");
  EXPECT_THAT(metadata["name"].get<std::string>(), testing::MatchesRegex("renew-[a-z0-9]{5}"));
  EXPECT_EQ(metadata["labels"], (Json{{"app", "acme"}, {"controller-uid", uid}, {"job-name", "renew"}}));
  EXPECT_EQ(metadata["annotations"], (Json{{"note", "kept"}}));
  EXPECT_EQ(metadata["finalizers"], Json::array({"batch.kubernetes.io/job-tracking"}));
  EXPECT_EQ(metadata["ownerReferences"], Json::array({{{"apiVersion", "batch/v1"},
                                                       {"kind", "Job"},
                                                       {"name", "renew"},
                                                       {"uid", uid},
                                                       {"controller", true},
                                                       {"blockOwnerDeletion", true}}}));
  EXPECT_EQ(Status(), Json::parse(R"({"active":1,"ready":0,"startTime":"2024-01-01T00:00:00Z",
                                      "uncountedTerminatedPods":{}})"));
  EXPECT_THAT(cluster_.Events(),
              ElementsAre("Normal SuccessfulCreate Created pod: " + metadata["name"].get<std::string>()));
}

TEST_F(JobControllerTest, CompletesWhenThePodSucceeds) {
  CreateJob();
  const std::string pod = cluster_.ActivePod();
  cluster_.Advance(42s);
  EndPod(kSucceeded);
  EXPECT_EQ(Status(), Json::parse(R"({"succeeded":1,"ready":0,"startTime":"2024-01-01T00:00:00Z",
    "completionTime":"2024-01-01T00:00:42Z","uncountedTerminatedPods":{},"conditions":[{"type":"Complete","status":"True",
    "lastProbeTime":"2024-01-01T00:00:42Z","lastTransitionTime":"2024-01-01T00:00:42Z"}]})"));
  EXPECT_FALSE(cluster_.Get("pods", pod)["metadata"].contains("finalizers"));
  EXPECT_THAT(cluster_.Events(), Contains("Normal Completed Job completed"));
}

TEST_F(JobControllerTest, TellsHowManyPodsAreReady) {
  CreateJob();
  EndPod(R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})");
  EXPECT_EQ(Status()["ready"], 1);
  EXPECT_EQ(Status()["active"], 1);
}

TEST_F(JobControllerTest, TriesAgainTwiceAsLateEachTime) {
  CreateJob();
  for (const auto delay : {10s, 20s, 40s, 80s, 160s, 320s}) {
    EndPod(Failed(1));
    cluster_.Advance(delay - 1s);
    EXPECT_FALSE(Status().contains("active")) << delay.count();
    cluster_.Advance(1s);
    EXPECT_EQ(Status()["active"], 1) << delay.count();
  }
  EXPECT_EQ(Status()["failed"], 6);
  EXPECT_THAT(cluster_.List("pods"), SizeIs(7));
}

TEST_F(JobControllerTest, WaitsSixMinutesAtMost) {
  CreateJob(R"({"backoffLimit":20})");
  for (int i = 0; i < 8; ++i) {
    EndPod(Failed(1));
    cluster_.Advance(6min);
  }
  EXPECT_EQ(Status()["failed"], 8);
  EXPECT_EQ(Status()["active"], 1);
}

TEST_F(JobControllerTest, CountsTheDelayFromThePodsEnd) {
  CreateJob();
  cluster_.Jump(1min);
  EndPod(R"({"status":{"phase":"Failed","containerStatuses":[{"name":"main","state":{"terminated":{"exitCode":1,
             "finishedAt":"2024-01-01T00:00:55Z"}}}]}})");
  cluster_.Advance(4s);
  EXPECT_FALSE(Status().contains("active"));
  cluster_.Advance(1s);
  EXPECT_EQ(Status()["active"], 1);
}

TEST_F(JobControllerTest, GivesUpAtTheBackoffLimit) {
  CreateJob(R"({"backoffLimit":1})");
  EndPod(Failed(1));
  cluster_.Advance(10s);
  EndPod(Failed(1));
  EXPECT_EQ(Condition("Failed")["reason"], "BackoffLimitExceeded");
  EXPECT_EQ(Condition("Failed")["message"], "Job has reached the specified backoff limit");
  EXPECT_EQ(Status()["failed"], 2);
  EXPECT_FALSE(Status().contains("completionTime"));
  EXPECT_THAT(cluster_.Events(), Contains("Warning BackoffLimitExceeded Job has reached the specified backoff limit"));
  cluster_.Advance(1h);
  EXPECT_THAT(cluster_.List("pods"), SizeIs(2));
}

TEST_F(JobControllerTest, CountsRestartsOfPodsThatRestartThemselves) {
  CreateJob(R"({"backoffLimit":2,"template":{"spec":{"restartPolicy":"OnFailure"}}})");
  EndPod(R"({"status":{"phase":"Running","containerStatuses":[{"name":"main","restartCount":1}]}})");
  EXPECT_TRUE(Condition("Failed").is_null());
  EndPod(R"({"status":{"phase":"Running","containerStatuses":[{"name":"main","restartCount":2}]}})");
  EXPECT_EQ(Condition("Failed")["reason"], "BackoffLimitExceeded");
  EXPECT_EQ(Status()["failed"], 1);
  EXPECT_THAT(cluster_.List("pods"), IsEmpty());
}

TEST_F(JobControllerTest, FailsAtTheDeadlineAndDeletesItsPods) {
  CreateJob(R"({"activeDeadlineSeconds":30})");
  cluster_.Advance(29s);
  EXPECT_TRUE(Condition("Failed").is_null());
  cluster_.Advance(1s);
  EXPECT_EQ(Condition("Failed")["reason"], "DeadlineExceeded");
  EXPECT_EQ(Condition("Failed")["message"], "Job was active longer than specified deadline");
  EXPECT_EQ(Status()["failed"], 1);
  EXPECT_THAT(cluster_.List("pods"), IsEmpty());
}

TEST_F(JobControllerTest, FailsAtOnceByThePodFailurePolicy) {
  CreateJob(R"({"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[3],
                "containerName":"main"}}]}})");
  const std::string pod = cluster_.ActivePod();
  EndPod(Failed(3));
  const std::string message =
      "Container main for pod ns/" + pod + " failed with exit code 3 matching FailJob rule at index 0";
  EXPECT_EQ(Condition("FailureTarget")["message"], message);
  EXPECT_EQ(Condition("Failed")["reason"], "PodFailurePolicy");
  EXPECT_EQ(Condition("Failed")["message"], message);
  EXPECT_EQ(Status()["failed"], 1);
}

TEST_F(JobControllerTest, IgnoresAndCountsByThePodFailurePolicy) {
  CreateJob(R"({"backoffLimit":0,"podFailurePolicy":{"rules":[
    {"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]},
    {"action":"Count","onExitCodes":{"operator":"NotIn","values":[9]}}]}})");
  EndPod(R"({"status":{"phase":"Failed","conditions":[{"type":"DisruptionTarget","status":"True"}]}})");
  EXPECT_FALSE(Status().contains("failed"));
  EXPECT_EQ(Status()["active"], 1) << "an ignored failure costs no delay";
  EndPod(Failed(1));
  EXPECT_EQ(Condition("Failed")["reason"], "BackoffLimitExceeded");
  EXPECT_EQ(Status()["failed"], 1);
}

TEST_F(JobControllerTest, SuspendsAndResumes) {
  CreateJob(R"({"suspend":true})");
  EXPECT_EQ(Condition("Suspended")["status"], "True");
  EXPECT_EQ(Condition("Suspended")["reason"], "JobSuspended");
  EXPECT_FALSE(Status().contains("startTime"));
  EXPECT_THAT(cluster_.List("pods"), IsEmpty());

  cluster_.Advance(1min);
  cluster_.Patch("jobs", "renew", R"({"spec":{"suspend":false}})");
  EXPECT_EQ(Condition("Suspended")["status"], "False");
  EXPECT_EQ(Condition("Suspended")["message"], "Job resumed");
  EXPECT_EQ(Status()["startTime"], "2024-01-01T00:01:00Z");
  EXPECT_EQ(Status()["active"], 1);

  cluster_.Patch("jobs", "renew", R"({"spec":{"suspend":true}})");
  EXPECT_THAT(cluster_.List("pods"), IsEmpty());
  EXPECT_FALSE(Status().contains("failed")) << "pods of a suspended Job are no failures";
  EXPECT_THAT(cluster_.Events(), Contains("Normal Suspended Job suspended"));
  EXPECT_THAT(cluster_.Events(), Contains("Normal Resumed Job resumed"));
}

TEST_F(JobControllerTest, RunsSeveralPodsUpToTheirNumber) {
  CreateJob(R"({"completions":3,"parallelism":2})");
  EXPECT_THAT(cluster_.List("pods"), SizeIs(2));
  cluster_.Patch("pods", cluster_.Names("pods")[0], kSucceeded, "status");
  EXPECT_THAT(cluster_.List("pods"), SizeIs(3));
  EXPECT_EQ(Status()["active"], 2);
  for (const std::string& pod : cluster_.Names("pods")) {
    if (cluster_.Get("pods", pod)["status"]["phase"] == "Pending") cluster_.Patch("pods", pod, kSucceeded, "status");
  }
  EXPECT_EQ(Status()["succeeded"], 3);
  EXPECT_EQ(Condition("Complete")["status"], "True");
  EXPECT_THAT(cluster_.List("pods"), SizeIs(3));
}

TEST_F(JobControllerTest, TakesPodsAwayWhenParallelismShrinks) {
  CreateJob(R"({"completions":5,"parallelism":3})");
  cluster_.Patch("pods", cluster_.Names("pods")[1], R"({"status":{"phase":"Running"}})", "status");
  const std::string running = cluster_.Names("pods")[1];
  cluster_.Patch("jobs", "renew", R"({"spec":{"parallelism":1}})");
  EXPECT_THAT(cluster_.Names("pods"), ElementsAre(running)) << "those that have come the least far go first";
  EXPECT_FALSE(Status().contains("failed"));
}

TEST_F(JobControllerTest, WithoutCompletionsWaitsForTheRestAfterOneSuccess) {
  CreateJob(R"({"parallelism":2})");
  cluster_.Patch("pods", cluster_.Names("pods")[0], kSucceeded, "status");
  EXPECT_THAT(cluster_.List("pods"), SizeIs(2));
  EXPECT_TRUE(Condition("Complete").is_null());
  EndPod(kSucceeded);
  EXPECT_EQ(Condition("Complete")["status"], "True");
  EXPECT_EQ(Status()["succeeded"], 2);
}

TEST_F(JobControllerTest, GivesEachIndexItsPod) {
  CreateJob(R"({"completions":3,"parallelism":2,"completionMode":"Indexed"})");
  const Json pod = cluster_.List("pods")[0];
  EXPECT_EQ(pod["metadata"]["generateName"], "renew-0-");
  EXPECT_EQ(pod["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"], "0");
  EXPECT_EQ(pod["spec"]["hostname"], "renew-0");
  EXPECT_EQ(pod["spec"]["containers"][0]["env"],
            Json::parse(R"([{"name":"JOB_COMPLETION_INDEX","valueFrom":{"fieldRef":{"apiVersion":"v1",
              "fieldPath":"metadata.annotations['batch.kubernetes.io/job-completion-index']"}}}])"));
  const std::string second = cluster_.Names("pods")[1];
  cluster_.Patch("pods", second, kSucceeded, "status");
  EXPECT_EQ(Status()["completedIndexes"], "1");
  EXPECT_THAT(cluster_.Names("pods"), Contains(testing::StartsWith("renew-2-")));
  for (const std::string& name : cluster_.Names("pods")) {
    if (name != second) cluster_.Patch("pods", name, kSucceeded, "status");
  }
  EXPECT_EQ(Status()["completedIndexes"], "0-2");
  EXPECT_EQ(Status()["succeeded"], 3);
  EXPECT_EQ(Condition("Complete")["status"], "True");
}

TEST_F(JobControllerTest, TriesAFailedIndexAgain) {
  CreateJob(R"({"completions":2,"parallelism":2,"completionMode":"Indexed"})");
  cluster_.Patch("pods", cluster_.Names("pods")[0], Failed(1), "status");
  cluster_.Advance(10s);
  int of_index_zero = 0;
  for (const std::string& name : cluster_.Names("pods")) of_index_zero += name.starts_with("renew-0-") ? 1 : 0;
  EXPECT_EQ(of_index_zero, 2);
  EXPECT_EQ(Status()["failed"], 1);
}

TEST_F(JobControllerTest, CountsADeletedPodAsFailed) {
  CreateJob();
  cluster_.Delete("pods", cluster_.ActivePod());
  EXPECT_EQ(Status()["failed"], 1);
  EXPECT_THAT(cluster_.List("pods"), IsEmpty());
  cluster_.Advance(10s);
  EXPECT_EQ(Status()["active"], 1);
}

TEST_F(JobControllerTest, LetsGoOfItsPodsWhenItIsDeleted) {
  CreateJob();
  cluster_.Delete("jobs", "renew");
  EXPECT_THAT(cluster_.List("pods"), IsEmpty());
  EXPECT_TRUE(cluster_.Get("jobs", "renew").is_null());
}

TEST_F(JobControllerTest, LeavesOrphansFree) {
  CreateJob();
  const std::string pod = cluster_.ActivePod();
  cluster_.Delete("jobs", "renew", "Orphan");
  EXPECT_TRUE(cluster_.Get("jobs", "renew").is_null());
  const Json orphan = cluster_.Get("pods", pod);
  EXPECT_FALSE(orphan["metadata"].contains("ownerReferences"));
  EXPECT_FALSE(orphan["metadata"].contains("finalizers"));
}

TEST_F(JobControllerTest, TakesUpPodsThatMatchItsSelector) {
  cluster_.Create("pods", R"({"metadata":{"name":"stray","labels":{"app":"mine"}},
                              "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}]}})");
  CreateJob(R"({"manualSelector":true,"selector":{"matchLabels":{"app":"mine"}},
                "template":{"metadata":{"labels":{"app":"mine"}}}})");
  EXPECT_EQ(cluster_.ActivePod(), "stray");
  EXPECT_EQ(cluster_.Get("pods", "stray")["metadata"]["ownerReferences"][0]["name"], "renew");
  cluster_.Patch("pods", "stray", R"({"metadata":{"labels":{"app":"other"}}})");
  EXPECT_FALSE(cluster_.Get("pods", "stray")["metadata"].contains("ownerReferences"));
  EXPECT_THAT(cluster_.List("pods"), SizeIs(2));
}

TEST_F(JobControllerTest, TellsWhyNoPodCanBeCreated) {
  CreateJob(R"({"template":{"spec":{"serviceAccountName":"nobody"}}})");
  EXPECT_THAT(cluster_.Events(), ElementsAre("Warning FailedCreate Error creating: pods \"renew-\" is forbidden: error "
                                             "looking up service account ns/nobody: serviceaccount \"nobody\" not "
                                             "found"));
  EXPECT_FALSE(Status().contains("active"));
  cluster_.store.Put({.resource = "serviceaccounts", .namespace_name = "ns", .name = "nobody"},
                     Json::parse(R"({"metadata":{"name":"nobody","namespace":"ns"}})"));
  cluster_.Advance(10s);
  EXPECT_EQ(Status()["active"], 1);
}

TEST_F(JobControllerTest, IsDeletedWithItsPodsAfterItsTime) {
  CreateJob(R"({"ttlSecondsAfterFinished":60})");
  cluster_.Advance(10s);
  EndPod(kSucceeded);
  cluster_.Advance(59s);
  EXPECT_FALSE(cluster_.Get("jobs", "renew").is_null());
  cluster_.Advance(1s);
  EXPECT_TRUE(cluster_.Get("jobs", "renew").is_null());
  EXPECT_THAT(cluster_.List("pods"), IsEmpty());
}

TEST_F(JobControllerTest, GoesOnWithWhatIsThereAfterARestart) {
  CreateJob(R"({"backoffLimit":1})");
  EndPod(Failed(1));
  cluster_.Add(std::make_unique<JobController>());
  cluster_.Run();
  cluster_.Advance(10s);
  EXPECT_THAT(cluster_.List("pods"), SizeIs(2)) << "two controllers at once start no pod twice";
  EXPECT_EQ(Status()["failed"], 1);
}

/// From creation over a failure and a success, with time enough between to try again what failed.
Json StatusAfterAFailureAndASuccess(TestCluster& cluster) {
  cluster.Create("jobs", R"({"metadata":{"name":"renew"},"spec":{"backoffLimit":3,
    "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox"}]}}}})");
  cluster.Advance(1h);
  cluster.Patch("pods", cluster.ActivePod(), Failed(1), "status");
  cluster.Advance(1h);
  cluster.Patch("pods", cluster.ActivePod(), kSucceeded, "status");
  cluster.Advance(1h);
  return cluster.Get("jobs", "renew")["status"];
}

TEST(JobControllerFaults, CountsEachPodOnceWhicheverWriteFails) {
  int writes = 0;
  {
    TestCluster cluster;
    cluster.Add(std::make_unique<JobController>());
    StatusAfterAFailureAndASuccess(cluster);
    writes = cluster.controller_writes();
    ASSERT_GT(writes, 8);
  }
  for (const int code : {409, 500}) {
    for (int failing = 0; failing < writes; ++failing) {
      SCOPED_TRACE("write " + std::to_string(failing) + " fails with " + std::to_string(code));
      TestCluster cluster;
      cluster.Add(std::make_unique<JobController>());
      cluster.FailWrites(code, [&](int number) { return number == failing; });
      const Json status = StatusAfterAFailureAndASuccess(cluster);
      EXPECT_EQ(status["failed"], 1);
      EXPECT_EQ(status["succeeded"], 1);
      EXPECT_FALSE(status.contains("active"));
      EXPECT_EQ(status["uncountedTerminatedPods"], Json::object());
      EXPECT_EQ(status["conditions"].size(), 1U);
      EXPECT_THAT(cluster.List("pods"), SizeIs(2));
      for (const Json& pod : cluster.List("pods")) EXPECT_FALSE(pod["metadata"].contains("finalizers"));
    }
  }
}

TEST(JobControllerFaults, GetsThereThroughManyFailures) {
  TestCluster cluster;
  cluster.Add(std::make_unique<JobController>());
  cluster.FailWrites(500, [](int number) { return number % 2 == 0; });
  const Json status = StatusAfterAFailureAndASuccess(cluster);
  EXPECT_EQ(status["failed"], 1);
  EXPECT_EQ(status["succeeded"], 1);
}

}  // namespace
}  // namespace mock_kubeapi
