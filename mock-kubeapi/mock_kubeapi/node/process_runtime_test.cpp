// Real processes, with and without a root folder of their own.
#include "mock_kubeapi/node/process_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

namespace mock_kubeapi {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{10};

class ProcessRuntimeTest : public ::testing::TestWithParam<Isolation> {
 protected:
  void SetUp() override {
    if (!CanIsolate(GetParam())) GTEST_SKIP() << "this machine does not allow that isolation to this user";
    runtime_ = ProcessRuntime::Create({.programs = {{"shell", "/bin/sh"}}, .isolation = GetParam()}).value();
    runtime_->SetWake([this] {
      const std::scoped_lock lock(mutex_);
      woken_ = true;
      changed_.notify_all();
    });
  }
  void TearDown() override {
    if (runtime_) runtime_->SetWake(nullptr);
  }
  ContainerSetup Script(const std::string& script) {
    ContainerSetup setup;
    setup.id = {.pod_uid = "u", .container = "main", .attempt = 0};
    setup.image = "shell";
    setup.arguments = {"-c", script};
    setup.termination_message_path = "/dev/termination-log";
    return setup;
  }
  /// Gathers output until the run has ended, or `text` is among it.
  ContainerEnd Await(const std::string& text = "") {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      RuntimeNews news = runtime_->TakeNews();
      for (const OutputChunk& chunk : news.output) output_ += chunk.text;
      if (!news.ends.empty()) return news.ends.front();
      if (!text.empty() && output_.find(text) != std::string::npos) return {};
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, deadline, [this] { return woken_; });
      woken_ = false;
    }
    ADD_FAILURE() << "waited 10 s for the end of a run; output so far: " << output_;
    return {};
  }

  std::unique_ptr<ProcessRuntime> runtime_;
  std::string output_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

TEST_P(ProcessRuntimeTest, RunsAProgramWithItsVolumesAndEnvironment) {
  ContainerSetup setup = Script("cat $FILE; printf %s \"$GREETING\"; echo oops >&2; printf bye > $MESSAGE; exit 3");
  setup.environment = {{"GREETING", "hello"}, {"FILE", "/var/run/secrets/x/key"}, {"MESSAGE", "/dev/termination-log"}};
  setup.mounts = {{.volume = "v", .path = "/var/run/secrets/x", .sub_path = "", .read_only = true}};
  setup.volumes["v"].files["key"] = {.content = "secret;"};
  ASSERT_TRUE(runtime_->Start(setup));
  const ContainerEnd end = Await();
  EXPECT_EQ(output_, "secret;hellooops\n");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.termination_message, "bye");
}

TEST_P(ProcessRuntimeTest, KeepsContainersFromWritingWhatTheApiFills) {
  if (GetParam() == Isolation::kNone) GTEST_SKIP() << "needs a mount namespace";
  ContainerSetup setup = Script("echo x > /v/key || echo refused");
  setup.mounts = {{.volume = "v", .path = "/v", .sub_path = "", .read_only = true}};
  setup.volumes["v"].files["key"] = {.content = "secret"};
  ASSERT_TRUE(runtime_->Start(setup));
  Await();
  EXPECT_THAT(output_, HasSubstr("refused\n"));
}

TEST_P(ProcessRuntimeTest, RunsAsTheUserThatIsAskedFor) {
  if (GetParam() != Isolation::kMountNamespace) GTEST_SKIP() << "needs root";
  ContainerSetup setup = Script("id -u; id -g; cat /v/key; test -w /tmp/own && echo writable");
  setup.user = 65532;
  setup.group = 65533;
  setup.mounts = {{.volume = "v", .path = "/v", .sub_path = "", .read_only = true},
                  {.volume = "e", .path = "/tmp/own", .sub_path = "", .read_only = false}};
  setup.volumes["v"].files["key"] = {.content = "mine\n", .mode = 0600, .owner = 65532};
  setup.volumes["e"].writable = true;
  ASSERT_TRUE(runtime_->Start(setup));
  Await();
  EXPECT_EQ(output_, "65532\n65533\nmine\nwritable\n");
}

TEST_P(ProcessRuntimeTest, BringsVolumesUpToDateWhileTheyAreInUse) {
  ContainerSetup setup = Script("cat $F; while grep -q old $F; do sleep 0.01; done; cat $F");
  setup.environment = {{"F", "/v/key"}};
  setup.mounts = {{.volume = "v", .path = "/v", .sub_path = "", .read_only = true}};
  setup.volumes["v"].files["key"] = {.content = "old\n"};
  ASSERT_TRUE(runtime_->Start(setup));
  Await("old\n");
  setup.volumes["v"].files["key"].content = "new\n";
  runtime_->UpdateVolumes("u", setup.volumes);
  EXPECT_EQ(Await().exit_code, 0);
  EXPECT_EQ(output_, "old\nnew\n");
}

TEST_P(ProcessRuntimeTest, SaysWhatCouldNotBeStarted) {
  ContainerSetup setup = Script("");
  setup.command = {"no-such-program"};
  const auto started = runtime_->Start(setup);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error(), HasSubstr("exec: \"no-such-program\": executable file not found in $PATH"));
  setup.command.clear();
  setup.working_folder = "/no/such/folder";
  EXPECT_THAT(runtime_->Start(setup).error(), HasSubstr("working folder /no/such/folder"));
}

TEST_P(ProcessRuntimeTest, TerminatesAndKills) {
  ContainerSetup setup = Script("trap 'echo asked' TERM; echo ready; while :; do sleep 0.01; done");
  ASSERT_TRUE(runtime_->Start(setup));
  Await("ready\n");
  runtime_->Kill(setup.id, /*force=*/false);
  Await("asked\n");
  EXPECT_FALSE(runtime_->IsSettled(kPatience));
  runtime_->Kill(setup.id, /*force=*/true);
  const ContainerEnd end = Await();
  EXPECT_EQ(end.exit_code, 137);
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_TRUE(runtime_->IsSettled(kPatience));
}

TEST_P(ProcessRuntimeTest, EndsWhatAContainerLeavesBehind) {
  ASSERT_TRUE(runtime_->Start(Script("sleep 1000 & echo $!; exit 0")));
  EXPECT_EQ(Await().exit_code, 0);
  const pid_t left = std::stoi(output_);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  // Somebody else has to wait for an orphan, so it may be there for a moment, dead.
  const auto runs = [&] {
    std::ifstream status("/proc/" + std::to_string(left) + "/stat");
    std::string pid;
    std::string name;
    std::string state;
    return (status >> pid >> name >> state) && name == "(sleep)" && state != "Z" && state != "X";
  };
  while (runs() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(runs());
}

INSTANTIATE_TEST_SUITE_P(, ProcessRuntimeTest,
                         ::testing::Values(Isolation::kNone, Isolation::kMountNamespace, Isolation::kUserNamespace),
                         [](const auto& parameter) {
                           switch (parameter.param) {
                             case Isolation::kMountNamespace:
                               return "MountNamespace";
                             case Isolation::kUserNamespace:
                               return "UserNamespace";
                             case Isolation::kNone:
                               break;
                           }
                           return "RewrittenPaths";
                         });

}  // namespace
}  // namespace mock_kubeapi
