#include "mock_kubeapi/controllers/event_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "mock_kubeapi/controllers/event_ttl_controller.h"
#include "mock_kubeapi/controllers/test_cluster.h"
#include "mock_kubeapi/kinds/job.h"

namespace mock_kubeapi {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

/// Records when told, as the step of a controller.
class Speaker final : public Controller {
 public:
  std::string_view Name() const override { return "test"; }
  void Observe(const Change& /*change*/) override {}
  bool Step(ControllerContext& context) override {
    if (message.empty()) return false;
    recorder_.Record(context, kind_, object,
                     {.type = "Normal", .reason = reason, .message = std::exchange(message, "")});
    return true;
  }

  std::string reason = "Why";
  std::string message;
  Json object = Json::parse(R"({"metadata":{"name":"renew","namespace":"ns","uid":"u","resourceVersion":"5"}})");

 private:
  EventRecorder recorder_{"test-controller"};
  Kind kind_ = JobKind(nullptr);
};

class EventRecorderTest : public testing::Test {
 protected:
  EventRecorderTest() {
    auto speaker = std::make_unique<Speaker>();
    speaker_ = speaker.get();
    cluster_.Add(std::move(speaker));
  }
  void Say(const std::string& message) {
    speaker_->message = message;
    cluster_.Run();
  }

  TestCluster cluster_;
  Speaker* speaker_ = nullptr;
};

TEST_F(EventRecorderTest, NamesTheObjectAndItself) {
  Say("hello");
  ASSERT_THAT(cluster_.List("events"), SizeIs(1));
  Json event = cluster_.List("events")[0];
  EXPECT_THAT(event["metadata"]["name"].get<std::string>(), testing::MatchesRegex("renew\\.[0-9a-f]+"));
  event.erase("metadata");
  EXPECT_EQ(event, Json::parse(R"({"involvedObject":{"kind":"Job","namespace":"ns","name":"renew","uid":"u",
    "apiVersion":"batch/v1","resourceVersion":"5"},"reason":"Why","message":"hello","source":{"component":"test-controller"},
    "firstTimestamp":"2024-01-01T00:00:00Z","lastTimestamp":"2024-01-01T00:00:00Z","count":1,"type":"Normal"})"));
}

TEST_F(EventRecorderTest, CountsWhatRepeats) {
  Say("hello");
  cluster_.Jump(1min);
  Say("hello");
  ASSERT_THAT(cluster_.List("events"), SizeIs(1));
  const Json event = cluster_.List("events")[0];
  EXPECT_EQ(event["count"], 2);
  EXPECT_EQ(event["firstTimestamp"], "2024-01-01T00:00:00Z");
  EXPECT_EQ(event["lastTimestamp"], "2024-01-01T00:01:00Z");
}

TEST_F(EventRecorderTest, CombinesTheTenthOfManyMessages) {
  for (int i = 0; i < 12; ++i) Say("message " + std::to_string(i));
  EXPECT_THAT(cluster_.List("events"), SizeIs(10));
  EXPECT_EQ(cluster_.Events().back(), "Normal Why (combined from similar events): message 11");
  cluster_.Jump(11min);
  Say("much later");
  EXPECT_EQ(cluster_.Events().back(), "Normal Why much later");
}

TEST_F(EventRecorderTest, CutsOffAnObjectThatGoesOn) {
  for (int i = 0; i < 40; ++i) {
    speaker_->reason = "Reason" + std::to_string(i);
    Say("x");
  }
  EXPECT_THAT(cluster_.List("events"), SizeIs(25));
  cluster_.Jump(5min);
  Say("x");
  EXPECT_THAT(cluster_.List("events"), SizeIs(26)) << "one more every five minutes";
}

TEST_F(EventRecorderTest, LetsEventsExpireAnHourAfterTheirLastChange) {
  cluster_.Add(std::make_unique<EventTtlController>());
  Say("hello");
  cluster_.Advance(30min);
  Say("hello");
  Say("once");
  cluster_.Advance(59min);
  EXPECT_THAT(cluster_.List("events"), SizeIs(2));
  cluster_.Advance(1min);
  EXPECT_THAT(cluster_.List("events"), SizeIs(0));
  Say("hello");
  EXPECT_EQ(cluster_.List("events")[0]["count"], 3);
}

}  // namespace
}  // namespace mock_kubeapi
