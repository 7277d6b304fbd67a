// The node against the mock's own controllers and API.
#include "sim/pod_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/kube_fixture.h"
#include "mock_kubeapi/api/api_server.h"
#include "sim/client_words.h"
#include "sim/cluster_clock.h"

namespace sim {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kJobs = "/apis/batch/v1/namespaces/default/jobs";
constexpr const char* kPods = "/api/v1/namespaces/default/pods";

class Node : public ::testing::Test {
 protected:
  Node() {
    auto node =
        std::make_unique<PodNode>(PodNode::Host{.start = [this](const json& pod) { started_.push_back(pod); },
                                                .kill = [this](const std::string& uid) { killed_.push_back(uid); }});
    node_ = node.get();
    kube_.server().AddController(std::move(node));
  }

  void CreateJob(int backoff_limit) {
    const json job = {
        {"metadata", {{"name", "j"}}},
        {"spec",
         {{"backoffLimit", backoff_limit},
          {"template",
           {{"spec",
             {{"restartPolicy", "Never"},
              {"containers",
               {{{"name", "c"},
                 {"image", "i"},
                 {"args", {"check", "--prune"}},
                 {"env",
                  {{{"name", "A"}, {"value", "1"}},
                   {{"name", "B"}, {"valueFrom", {{"secretKeyRef", {{"name", "s"}, {"key", "k"}}}}}}}}}}}}}}}}}};
    ASSERT_EQ(kube_.Ask({.method = "POST", .path = kJobs, .body = job}).status, 201);
  }

  void End(const json& pod, int exit_code) {
    node_->Ended(UidOf(pod), exit_code, "said");
    kube_.RunControllers();
  }

  /// Whatever is due within that time happens.
  void Pass(std::chrono::seconds time) {
    const auto end = world_.Now() + time;
    for (auto due = kube_.NextDue(); due && *due <= end; due = kube_.NextDue()) {
      world_.Set(*due);
      kube_.RunControllers();
    }
    world_.Set(end);
  }

  static const std::string& UidOf(const json& object) {
    return object.at("metadata").at("uid").get_ref<const std::string&>();
  }
  json Get(const std::string& path) { return kube_.Ask({.path = path}).body; }

  mock_http::VirtualClock world_;
  ClusterClock clock_{world_};
  mock_http::SeededRandom random_{1};
  harness::KubeFixture kube_{clock_, random_, {}};
  PodNode* node_ = nullptr;
  std::vector<json> started_;
  std::vector<std::string> killed_;
};

TEST_F(Node, RunsAJobsPodAndTellsHowItEnded) {
  CreateJob(3);
  ASSERT_THAT(started_, SizeIs(1));
  EXPECT_EQ(Get(kPods)["items"][0]["status"]["phase"], "Running");
  End(started_[0], 0);
  const json pod = Get(kPods)["items"][0];
  EXPECT_EQ(pod["status"]["phase"], "Succeeded");
  EXPECT_EQ(pod["status"]["containerStatuses"][0]["state"]["terminated"]["message"], "said");
  EXPECT_EQ(Get(std::string(kJobs) + "/j")["status"]["succeeded"], 1);
  EXPECT_THAT(killed_, IsEmpty());
}

TEST_F(Node, LeavesTheNextTryToTheJob) {
  CreateJob(1);
  End(started_.at(0), 3);
  EXPECT_THAT(started_, SizeIs(1));  // the back-off is 10 s
  Pass(std::chrono::seconds(10));
  ASSERT_THAT(started_, SizeIs(2));
  End(started_.at(1), 3);
  Pass(std::chrono::minutes(10));
  EXPECT_THAT(started_, SizeIs(2));
  EXPECT_EQ(Get(std::string(kJobs) + "/j")["status"]["conditions"][0]["reason"], "BackoffLimitExceeded");
}

TEST_F(Node, LetsGoOfADeletedPodAndEndsItsProcess) {
  CreateJob(0);
  kube_.Ask({.method = "DELETE", .path = std::string(kJobs) + "/j", .body = {{"propagationPolicy", "Background"}}});
  EXPECT_THAT(killed_, ElementsAre(UidOf(started_.at(0))));
  EXPECT_THAT(Get(kPods)["items"], IsEmpty());
  End(started_.at(0), 0);  // nobody is there to hear of it
  EXPECT_THAT(Get(kPods)["items"], IsEmpty());
}

TEST_F(Node, OfAClusterWhoseClockIsWrongWritesItsTime) {
  clock_.Step(std::chrono::hours(-5));
  CreateJob(0);
  EXPECT_EQ(Get(kPods)["items"][0]["status"]["startTime"],
            mock_http::FormatRfc3339(world_.Now() - std::chrono::hours(5)));
}

TEST_F(Node, StartsAContainerWithTheWordsAndVariablesOfItsPod) {
  CreateJob(0);
  const auto start = [this] { return StartOf(started_.at(0), kube_.server().store()); };
  EXPECT_THROW(start(), std::runtime_error);  // there is no Secret s
  kube_.Ask({.method = "POST",
             .path = "/api/v1/namespaces/default/secrets",
             .body = {{"metadata", {{"name", "s"}}}, {"stringData", {{"k", "v"}}}}});
  EXPECT_THAT(start().words, ElementsAre("check", "--prune"));
  EXPECT_EQ(start().environment, (client::Environment{{"A", "1"}, {"B", "v"}}));
}

TEST(ConfigOf, ReadsBackTheFlagsOfEachOption) {
  const client::Environment variables = {
      {"ACME_DNS_API", "https://a.example"}, {"ACME_DNS_FQDNS", "b.example"}, {"CLIENT_SECRET_NAME", "c"}};
  client::RunOptions run;
  run.probe = client::ProbeMode::kReadOnly;
  run.reregister_on = client::ReregisterOn::kFailure;
  run.verify_dns = client::DnsCheck::kRequired;
  run.verify_cname = true;
  run.prune = true;
  std::vector<std::string> words = FlagsOf(run, {"127.0.0.0/8"}, {"192.0.2.1"});
  words.insert(words.begin(), "check");
  const client::Config config = ConfigOf(words, variables);
  EXPECT_EQ(config.output, client::OutputFormat::kJson);
  EXPECT_EQ(config.run.probe, run.probe);
  EXPECT_EQ(config.run.reregister_on, run.reregister_on);
  EXPECT_EQ(config.run.verify_dns, run.verify_dns);
  EXPECT_TRUE(config.run.verify_cname);
  EXPECT_TRUE(config.run.prune);
  EXPECT_THAT(config.acmedns.allow_from, ElementsAre("127.0.0.0/8"));
  EXPECT_THAT(config.resolvers, ElementsAre("192.0.2.1"));
  EXPECT_THROW(ConfigOf({"check", "--prone"}, variables), std::runtime_error);
}

}  // namespace
}  // namespace sim
