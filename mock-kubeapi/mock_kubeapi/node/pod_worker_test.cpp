#include "mock_kubeapi/node/pod_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "mock_kubeapi/node/pod_status.h"

namespace mock_kubeapi {
namespace {

using mock_http::TimePoint;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Phase = ContainerState::Phase;
using Kind = StartProblem::Kind;

const NodeFacts kFacts{.node_name = "local", .host_ip = "127.0.0.1", .api_host = "127.0.0.1", .api_port = "6443"};

/// A Pod and its worker at a time of the test's own; what the worker does is written down.
class PodWorkerTest : public ::testing::Test, protected PodEffects {
 protected:
  void Use(const char* text) {
    pod_ = Json::parse(text);
    pod_["metadata"]["name"] = "p";
    pod_["metadata"]["namespace"] = "ns";
    pod_["metadata"]["uid"] = "u";
    worker_.emplace(pod_, now_);
  }
  void UseOne(const char* restart_policy) {
    Use(R"({"spec":{"containers":[{"name":"main","image":"i"}]}})");
    pod_["spec"]["restartPolicy"] = restart_policy;
  }
  void Sync() { worker_->Sync(pod_, now_, *this); }
  void Pass(seconds time) {
    now_ += time;
    Sync();
  }
  /// Goes to the next due time.
  void PassToDue() {
    ASSERT_TRUE(worker_->NextDue());
    now_ = *worker_->NextDue();
    Sync();
  }
  void End(const std::string& container, int attempt, int exit_code, const std::string& message = "") {
    worker_->Ended({.id = {.pod_uid = "u", .container = container, .attempt = attempt},
                    .exit_code = exit_code,
                    .signal = 0,
                    .termination_message = message},
                   now_);
    Sync();
  }
  Json Status() const { return MakePodStatus(pod_, worker_->state(), kFacts, now_); }
  std::string PhaseText() const { return Status()["phase"]; }
  Json State() const { return Status()["containerStatuses"][0]["state"]; }
  std::vector<std::string> TakeDone() { return std::exchange(done_, {}); }

  std::expected<std::string, StartProblem> Start(const Json& container, int attempt) override {
    const std::string name = container["name"];
    if (!problems_.empty()) {
      StartProblem problem = problems_.front();
      problems_.pop_front();
      return std::unexpected(problem);
    }
    done_.push_back("start " + name + " " + std::to_string(attempt));
    return "id://" + name;
  }
  void Kill(const std::string& container, int /*attempt*/, bool force) override {
    done_.push_back((force ? "kill " : "terminate ") + container);
  }
  void Tell(const std::string& /*container*/, const EventText& text) override { told_.push_back(text.reason); }

  Json pod_;
  TimePoint now_ = TimePoint{} + seconds{1'700'000'000};
  std::optional<PodWorker> worker_;
  std::deque<StartProblem> problems_;
  std::vector<std::string> done_;
  std::vector<std::string> told_;
};

TEST_F(PodWorkerTest, RunsAContainerToItsEnd) {
  UseOne("Never");
  EXPECT_EQ(PhaseText(), "Pending");
  Sync();
  EXPECT_THAT(TakeDone(), ElementsAre("start main 0"));
  EXPECT_EQ(PhaseText(), "Running");
  End("main", 0, 0, "bye");
  EXPECT_EQ(PhaseText(), "Succeeded");
  EXPECT_EQ(State()["terminated"]["reason"], "Completed");
  EXPECT_EQ(State()["terminated"]["message"], "bye");
  Pass(seconds{1000});
  EXPECT_THAT(TakeDone(), IsEmpty());
  EXPECT_FALSE(worker_->NextDue());
}

TEST_F(PodWorkerTest, FailsAPodThatIsNeverRestarted) {
  UseOne("Never");
  Sync();
  End("main", 0, 3);
  EXPECT_EQ(PhaseText(), "Failed");
  EXPECT_EQ(State()["terminated"]["exitCode"], 3);
  EXPECT_EQ(State()["terminated"]["reason"], "Error");
}

TEST_F(PodWorkerTest, RestartsOnFailureAtOnceAndThenLaterAndLater) {
  UseOne("OnFailure");
  Sync();
  End("main", 0, 1);
  EXPECT_THAT(TakeDone(), ElementsAre("start main 0", "start main 1"));
  for (const auto& [attempt, delay] : {std::pair(1, 10), {2, 20}, {3, 40}, {4, 80}, {5, 160}, {6, 300}, {7, 300}}) {
    End("main", attempt, 1);
    EXPECT_EQ(State()["waiting"]["reason"], "CrashLoopBackOff");
    EXPECT_EQ(Status()["containerStatuses"][0]["lastState"]["terminated"]["exitCode"], 1);
    EXPECT_EQ(PhaseText(), "Running");
    Pass(seconds{delay - 1});
    EXPECT_THAT(TakeDone(), IsEmpty()) << delay;
    Pass(seconds{1});
    EXPECT_THAT(TakeDone(), ElementsAre("start main " + std::to_string(attempt + 1)));
  }
  End("main", 8, 0);
  EXPECT_EQ(PhaseText(), "Succeeded");
}

TEST_F(PodWorkerTest, RunsInitContainersOneAfterTheOtherAndFirst) {
  Use(R"({"spec":{"restartPolicy":"Never","initContainers":[{"name":"a"},{"name":"b"}],"containers":[{"name":"main"}]}})");
  Sync();
  EXPECT_THAT(TakeDone(), ElementsAre("start a 0"));
  EXPECT_EQ(State()["waiting"]["reason"], "PodInitializing");
  End("a", 0, 0);
  EXPECT_THAT(TakeDone(), ElementsAre("start b 0"));
  End("b", 0, 5);
  EXPECT_THAT(TakeDone(), IsEmpty());
  EXPECT_EQ(PhaseText(), "Failed");
}

TEST_F(PodWorkerTest, AsksForAMissingImageAgainAndAgain) {
  UseOne("Never");
  problems_ = {{.kind = Kind::kImage, .message = "none"}, {.kind = Kind::kImage, .message = "none"}};
  Sync();
  EXPECT_EQ(State()["waiting"]["reason"], "ErrImagePull");
  EXPECT_EQ(PhaseText(), "Pending");
  PassToDue();
  EXPECT_EQ(State()["waiting"]["reason"], "ImagePullBackOff");
  EXPECT_THAT(told_, ElementsAre("Pulling", "Failed", "Failed", "Pulling", "Failed", "Failed", "BackOff", "Failed"));
  PassToDue();
  EXPECT_THAT(TakeDone(), ElementsAre("start main 0"));
}

TEST_F(PodWorkerTest, WaitsForAMissingSecretAndStartsWhenItComes) {
  UseOne("Never");
  problems_ = {{.kind = Kind::kConfig, .message = "secret \"s\" not found"}};
  Sync();
  EXPECT_EQ(State()["waiting"]["reason"], "CreateContainerConfigError");
  EXPECT_EQ(State()["waiting"]["message"], "secret \"s\" not found");
  worker_->ObjectsChanged();
  Sync();
  EXPECT_THAT(TakeDone(), ElementsAre("start main 0"));
}

TEST_F(PodWorkerTest, TellsOfAVolumeThatCannotBeMountedAndTriesAgain) {
  UseOne("Never");
  problems_ = {{.kind = Kind::kVolumes, .message = "no"}};
  Sync();
  EXPECT_THAT(told_, ElementsAre("FailedMount"));
  EXPECT_EQ(State()["waiting"]["reason"], "ContainerCreating");
  PassToDue();
  EXPECT_THAT(TakeDone(), ElementsAre("start main 0"));
}

TEST_F(PodWorkerTest, FailsAContainerThatCannotBegin) {
  UseOne("Never");
  problems_ = {{.kind = Kind::kStart, .message = "exec: no such file"}};
  Sync();
  PassToDue();
  EXPECT_EQ(State()["terminated"]["reason"], "StartError");
  EXPECT_EQ(State()["terminated"]["exitCode"], 128);
  EXPECT_EQ(PhaseText(), "Failed");
}

TEST_F(PodWorkerTest, TerminatesADeletedPodAndKillsItWhenTheGraceIsOver) {
  UseOne("Always");
  Sync();
  TakeDone();
  pod_["metadata"]["deletionTimestamp"] = "2024-01-01T00:00:00Z";
  pod_["metadata"]["deletionGracePeriodSeconds"] = 30;
  Sync();
  EXPECT_THAT(TakeDone(), ElementsAre("terminate main"));
  Pass(seconds{29});
  EXPECT_THAT(TakeDone(), IsEmpty());
  Pass(seconds{1});
  EXPECT_THAT(TakeDone(), ElementsAre("kill main"));
  End("main", 0, 137);
  EXPECT_THAT(TakeDone(), IsEmpty()) << "nothing is restarted";
}

TEST_F(PodWorkerTest, EndsAPodAtItsDeadline) {
  UseOne("Never");
  pod_["spec"]["activeDeadlineSeconds"] = 60;
  pod_["spec"]["terminationGracePeriodSeconds"] = 5;
  Sync();
  TakeDone();
  PassToDue();
  EXPECT_THAT(TakeDone(), ElementsAre("terminate main"));
  EXPECT_EQ(PhaseText(), "Running") << "it still runs";
  End("main", 0, 143);
  EXPECT_EQ(PhaseText(), "Failed");
  EXPECT_EQ(Status()["reason"], "DeadlineExceeded");
  EXPECT_THAT(told_, Contains("DeadlineExceeded"));
}

TEST_F(PodWorkerTest, IgnoresNewsOfAnotherRun) {
  UseOne("OnFailure");
  Sync();
  End("main", 7, 0);
  EXPECT_EQ(PhaseText(), "Running");
}

TEST_F(PodWorkerTest, KeepsTheConditionsOfOthersAndTheTimesOfItsOwn) {
  UseOne("Never");
  pod_["status"]["conditions"] = Json::parse(R"([{"type":"DisruptionTarget","status":"True"}])");
  Sync();
  pod_["status"] = Status();
  const Json began = pod_["status"]["conditions"];
  now_ += seconds{5};
  const Json later = Status()["conditions"];
  EXPECT_EQ(began, later);
  EXPECT_EQ(later[0]["type"], "DisruptionTarget");
  End("main", 0, 0);
  const Json conditions = Status()["conditions"];
  const auto ready = std::ranges::find(conditions, "Ready", [](const Json& each) { return each["type"]; });
  ASSERT_NE(ready, conditions.end());
  EXPECT_EQ((*ready)["status"], "False");
  EXPECT_EQ((*ready)["reason"], "PodCompleted");
  EXPECT_NE((*ready)["lastTransitionTime"], began[2]["lastTransitionTime"]);
}

}  // namespace
}  // namespace mock_kubeapi
