#include "mock_kubeapi/controllers/cronjob_controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "mock_kubeapi/controllers/job_controller.h"
#include "mock_kubeapi/controllers/test_cluster.h"

namespace mock_kubeapi {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Ends every pod at once, as a node with very short work.
class InstantNode final : public Controller {
 public:
  explicit InstantNode(std::string phase) : phase_(std::move(phase)) {}
  std::string_view Name() const override { return "kubelet"; }
  void Observe(const Change& change) override {
    if (change.resource == "pods" && change.type == ChangeType::kAdded) {
      queue_.Add(std::string(MetaText(change.object->json(), "name")));
    }
  }
  bool Step(ControllerContext& context) override {
    const auto name = queue_.Take(context.clock.Now());
    if (!name) return false;
    const JsonPtr pod = context.client.store().Get({.resource = "pods", .namespace_name = "ns", .name = *name});
    if (pod == nullptr) return true;
    Json ended = *pod;
    ended["status"]["phase"] = phase_;
    EXPECT_TRUE(context.client.Update(*context.client.FindKind({"", "v1", "pods"}), ended, "status").has_value());
    return true;
  }

 private:
  std::string phase_;
  WorkQueue queue_;
};

class CronJobControllerTest : public testing::Test {
 protected:
  CronJobControllerTest() { cluster_.Add(std::make_unique<CronJobController>()); }

  void WithJobsThatEnd(const std::string& phase = "Succeeded") {
    cluster_.Add(std::make_unique<JobController>());
    cluster_.Add(std::make_unique<InstantNode>(phase));
  }
  void CreateCronJob(const std::string& patch = "{}") {
    Json cronjob = Json::parse(R"({"metadata":{"name":"c"},"spec":{"schedule":"*/10 * * * *","jobTemplate":{
      "metadata":{"labels":{"made":"by-cron"},"annotations":{"n":"1"}},"spec":{"backoffLimit":2,
      "template":{"spec":{"restartPolicy":"OnFailure","containers":[{"name":"main","image":"busybox"}]}}}}}})");
    cronjob["spec"].merge_patch(Json::parse(patch));
    cluster_.Create("cronjobs", cronjob.dump());
  }
  Json Status() const { return cluster_.Get("cronjobs", "c")["status"]; }
  /// The scheduled times of the Jobs there are, as minutes after the test's midnight.
  std::vector<long> JobMinutes() const {
    constexpr long kMidnight = 28401120;  // 2024-01-01T00:00Z in minutes since the epoch
    std::vector<long> minutes;
    for (const std::string& name : cluster_.Names("jobs")) minutes.push_back(std::stol(name.substr(2)) - kMidnight);
    return minutes;
  }

  TestCluster cluster_;
};

TEST_F(CronJobControllerTest, CreatesAJobOfItsTemplate) {
  CreateCronJob();
  cluster_.Advance(599s);
  EXPECT_THAT(cluster_.List("jobs"), IsEmpty());
  cluster_.Advance(1s);
  ASSERT_THAT(cluster_.Names("jobs"), ElementsAre("c-28401130"));
  const Json job = cluster_.Get("jobs", "c-28401130");
  const std::string uid = cluster_.Get("cronjobs", "c")["metadata"]["uid"];
  EXPECT_EQ(job["metadata"]["labels"], (Json{{"made", "by-cron"}}));
  EXPECT_EQ(job["metadata"]["annotations"], (Json{{"batch.kubernetes.io/job-tracking", ""}, {"n", "1"}}));
  EXPECT_EQ(job["metadata"]["ownerReferences"], Json::array({{{"apiVersion", "batch/v1"},
                                                              {"kind", "CronJob"},
                                                              {"name", "c"},
                                                              {"uid", uid},
                                                              {"controller", true},
                                                              {"blockOwnerDeletion", true}}}));
  EXPECT_EQ(job["spec"]["backoffLimit"], 2);
  EXPECT_EQ(Status()["lastScheduleTime"], "2024-01-01T00:10:00Z");
  ASSERT_THAT(Status()["active"], SizeIs(1));
  EXPECT_EQ(Status()["active"][0]["name"], "c-28401130");
  EXPECT_EQ(Status()["active"][0]["uid"], job["metadata"]["uid"]);
  EXPECT_EQ(Status()["active"][0]["apiVersion"], "batch/v1");
  EXPECT_THAT(cluster_.Events(), ElementsAre("Normal SuccessfulCreate Created job c-28401130"));
}

TEST_F(CronJobControllerTest, RunsEachTimeOfADayInOrder) {
  WithJobsThatEnd();
  CreateCronJob(R"({"schedule":"0 */6 * * *","successfulJobsHistoryLimit":100})");
  cluster_.Advance(24h);
  EXPECT_THAT(JobMinutes(), ElementsAre(360, 720, 1080, 1440));
  EXPECT_EQ(Status(),
            Json::parse(R"({"lastScheduleTime":"2024-01-02T00:00:00Z","lastSuccessfulTime":"2024-01-02T00:00:00Z"})"));
}

TEST_F(CronJobControllerTest, KeepsTheLastJobsOnly) {
  WithJobsThatEnd();
  CreateCronJob();
  cluster_.Advance(1h);
  EXPECT_THAT(JobMinutes(), ElementsAre(40, 50, 60));
  EXPECT_THAT(cluster_.List("pods"), SizeIs(3));
  EXPECT_THAT(cluster_.Events(), Contains("Normal SawCompletedJob Saw completed job: c-28401130, status: Complete"));
  EXPECT_THAT(cluster_.Events(), Contains("Normal SuccessfulDelete Deleted job c-28401130"));
}

TEST_F(CronJobControllerTest, KeepsOneFailedJob) {
  WithJobsThatEnd("Failed");
  CreateCronJob(R"({"jobTemplate":{"spec":{"backoffLimit":0}}})");
  cluster_.Advance(30min);
  EXPECT_THAT(JobMinutes(), ElementsAre(30));
  EXPECT_FALSE(Status().contains("lastSuccessfulTime"));
}

TEST_F(CronJobControllerTest, FollowsItsTimeZoneThroughDaylightSaving) {
  WithJobsThatEnd();
  CreateCronJob(R"({"schedule":"30 2 * * *","timeZone":"Europe/Zurich","successfulJobsHistoryLimit":1000})");
  cluster_.Advance(24h * 120);
  int on_the_day_of_the_change = 0;
  int after = 0;
  for (const long minute : JobMinutes()) {
    const long day = minute / 1440;
    // 31 March is the 90th day of the leap year 2024, counted from 0.
    if (day == 90) ++on_the_day_of_the_change;
    if (day > 90) {
      ++after;
      EXPECT_EQ(minute % 1440, 30);
    } else {
      EXPECT_EQ(minute % 1440, 90);
    }
  }
  EXPECT_EQ(on_the_day_of_the_change, 0) << "02:30 is skipped that day";
  EXPECT_EQ(after, 29);
}

TEST_F(CronJobControllerTest, RunsOnceForTheLastOfTheMissedTimesWhenTheClockJumps) {
  CreateCronJob();
  cluster_.Jump(65min);
  EXPECT_THAT(JobMinutes(), ElementsAre(60));
  EXPECT_EQ(Status()["lastScheduleTime"], "2024-01-01T01:00:00Z");
  cluster_.Advance(5min);
  EXPECT_THAT(JobMinutes(), ElementsAre(60, 70));
}

TEST_F(CronJobControllerTest, WarnsOfTooManyMissedTimes) {
  CreateCronJob(R"({"schedule":"* * * * *"})");
  cluster_.Jump(3h);
  EXPECT_THAT(cluster_.Events(),
              Contains("Warning TooManyMissedTimes too many missed start times: 180. Set or decrease "
                       ".spec.startingDeadlineSeconds or check clock skew"));
  EXPECT_THAT(JobMinutes(), ElementsAre(180));
}

TEST_F(CronJobControllerTest, DoesNotStartAfterTheDeadline) {
  CreateCronJob(R"({"schedule":"0 1 * * *","startingDeadlineSeconds":100})");
  cluster_.Jump(1h + 101s);
  EXPECT_THAT(cluster_.List("jobs"), IsEmpty());
  cluster_.Jump(24h - 2s);
  EXPECT_THAT(JobMinutes(), ElementsAre(1500));
}

TEST_F(CronJobControllerTest, ForbidsASecondJobWhileOneRuns) {
  CreateCronJob(R"({"concurrencyPolicy":"Forbid"})");
  cluster_.Advance(30min);
  EXPECT_THAT(JobMinutes(), ElementsAre(10));
  EXPECT_EQ(Status()["lastScheduleTime"], "2024-01-01T00:10:00Z");
  EXPECT_THAT(cluster_.Events(), Contains("Normal JobAlreadyActive Not starting job because prior execution is running "
                                          "and concurrency policy is Forbid"));
  cluster_.Patch("jobs", "c-28401130", R"({"status":{"conditions":[{"type":"Complete","status":"True"}]}})", "status");
  EXPECT_THAT(JobMinutes(), ElementsAre(10, 30)) << "the missed run starts when the other has ended";
}

TEST_F(CronJobControllerTest, ReplacesTheJobThatStillRuns) {
  CreateCronJob(R"({"concurrencyPolicy":"Replace"})");
  cluster_.Advance(20min);
  EXPECT_THAT(JobMinutes(), ElementsAre(20));
  EXPECT_THAT(Status()["active"], SizeIs(1));
  EXPECT_THAT(cluster_.Events(), Contains("Normal SuccessfulDelete Deleted job c-28401130"));
}

TEST_F(CronJobControllerTest, AllowsJobsSideBySide) {
  CreateCronJob();
  cluster_.Advance(30min);
  EXPECT_THAT(JobMinutes(), ElementsAre(10, 20, 30));
  EXPECT_THAT(Status()["active"], SizeIs(3));
}

TEST_F(CronJobControllerTest, RestsWhileSuspended) {
  CreateCronJob(R"({"suspend":true})");
  cluster_.Advance(1h);
  EXPECT_THAT(cluster_.List("jobs"), IsEmpty());
  cluster_.Patch("cronjobs", "c", R"({"spec":{"suspend":false}})");
  EXPECT_THAT(JobMinutes(), ElementsAre(60)) << "the last missed run";
  cluster_.Advance(10min);
  EXPECT_THAT(JobMinutes(), ElementsAre(60, 70));
}

TEST_F(CronJobControllerTest, FollowsANewSchedule) {
  CreateCronJob(R"({"schedule":"0 12 * * *"})");
  cluster_.Patch("cronjobs", "c", R"({"spec":{"schedule":"5 * * * *"}})");
  cluster_.Advance(1h);
  EXPECT_THAT(JobMinutes(), ElementsAre(5));
}

TEST_F(CronJobControllerTest, ForgetsAJobThatSomebodyDeleted) {
  CreateCronJob();
  cluster_.Advance(10min);
  cluster_.Delete("jobs", "c-28401130");
  EXPECT_FALSE(Status().contains("active"));
  EXPECT_THAT(cluster_.Events(), Contains("Normal MissingJob Active job went missing: c-28401130"));
}

TEST_F(CronJobControllerTest, LooksAtAManualJobWithoutTakingItForARun) {
  WithJobsThatEnd();
  CreateCronJob(R"({"suspend":true})");
  const std::string uid = cluster_.Get("cronjobs", "c")["metadata"]["uid"];
  cluster_.Create("jobs", R"({"metadata":{"name":"manual","ownerReferences":[{"apiVersion":"batch/v1","kind":"CronJob",
    "name":"c","uid":")" + uid +
                              R"(","controller":true}]},"spec":{"template":{"spec":{"restartPolicy":"Never",
    "containers":[{"name":"m","image":"i"}]}}}})");
  EXPECT_EQ(Status(), Json::parse(R"({"lastSuccessfulTime":"2024-01-01T00:00:00Z"})"));
}

TEST_F(CronJobControllerTest, SaysThatAScheduleIsNeverDue) {
  CreateCronJob(R"({"schedule":"0 0 30 2 *"})");
  EXPECT_THAT(cluster_.Events(), ElementsAre("Warning InvalidSchedule invalid schedule: 0 0 30 2 * : time difference "
                                             "between two schedules is less than 1 second"));
}

TEST_F(CronJobControllerTest, SaysThatAZoneInTheScheduleIsNotSupported) {
  CreateCronJob(R"({"schedule":"TZ=UTC */10 * * * *"})");
  EXPECT_THAT(cluster_.Events(),
              Contains(testing::StartsWith("Warning UnsupportedSchedule CRON_TZ or TZ used in schedule "
                                           "\"TZ=UTC */10 * * * *\" is not officially supported")));
  cluster_.Advance(10min);
  EXPECT_THAT(JobMinutes(), ElementsAre(10));
}

TEST_F(CronJobControllerTest, TellsWhyAJobCannotBeCreated) {
  cluster_.FailWrites(403, [](int) { return true; });
  CreateCronJob();
  cluster_.Advance(10min);
  EXPECT_THAT(cluster_.Events(),
              ElementsAre("Warning FailedCreate Error creating job: the test wants this write to fail"));
  cluster_.FailWrites(403, {});
  cluster_.Advance(5min);
  EXPECT_THAT(JobMinutes(), ElementsAre(10));
}

TEST_F(CronJobControllerTest, GoesOnAfterARestartWithoutRunningTwice) {
  CreateCronJob();
  cluster_.Advance(10min);
  cluster_.Add(std::make_unique<CronJobController>());
  cluster_.Run();
  EXPECT_THAT(JobMinutes(), ElementsAre(10));
  cluster_.Advance(10min);
  EXPECT_THAT(JobMinutes(), ElementsAre(10, 20));
  EXPECT_THAT(Status()["active"], SizeIs(2));
}

/// An hour of runs, with whatever fails.
void RunAnHour(TestCluster& cluster) {
  cluster.Add(std::make_unique<CronJobController>());
  cluster.Add(std::make_unique<JobController>());
  cluster.Create("cronjobs", R"({"metadata":{"name":"c"},"spec":{"schedule":"*/10 * * * *","concurrencyPolicy":"Forbid",
    "successfulJobsHistoryLimit":10,"jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never",
    "containers":[{"name":"main","image":"busybox"}]}}}}}})");
  for (int minute = 0; minute < 65; ++minute) {
    cluster.Advance(1min);
    for (const Json& pod : cluster.List("pods")) {
      if (pod["status"]["phase"] == "Pending") {
        cluster.Patch("pods", pod["metadata"]["name"], R"({"status":{"phase":"Succeeded"}})", "status");
      }
    }
  }
  cluster.Advance(1min);
}

TEST(CronJobControllerFaults, RunsEachTimeOnceWhicheverWriteFails) {
  int writes = 0;
  {
    TestCluster cluster;
    RunAnHour(cluster);
    writes = cluster.controller_writes();
    EXPECT_THAT(cluster.List("jobs"), SizeIs(6));
  }
  for (const int code : {409, 500}) {
    for (int failing = 0; failing < writes; ++failing) {
      SCOPED_TRACE("write " + std::to_string(failing) + " fails with " + std::to_string(code));
      TestCluster cluster;
      cluster.FailWrites(code, [&](int number) { return number == failing; });
      RunAnHour(cluster);
      EXPECT_THAT(cluster.List("jobs"), SizeIs(6));
      EXPECT_THAT(cluster.List("pods"), SizeIs(6));
      const Json status = cluster.Get("cronjobs", "c")["status"];
      EXPECT_FALSE(status.contains("active"));
      EXPECT_EQ(status["lastScheduleTime"], "2024-01-01T01:00:00Z");
    }
  }
}

}  // namespace
}  // namespace mock_kubeapi
