#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/server/test_api.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kSecrets = "/api/v1/namespaces/default/secrets";

Json Secret(const std::string& name, const std::string& label = "") {
  Json secret = {{"metadata", {{"name", name}}}};
  if (!label.empty()) secret["metadata"]["labels"]["app"] = label;
  return secret;
}

std::vector<std::string> Summaries(const std::vector<Json>& events) {
  std::vector<std::string> summaries;
  summaries.reserve(events.size());
  for (const Json& event : events) {
    summaries.push_back(event["type"].get<std::string>() + " " + event["object"]["metadata"].value("name", ""));
  }
  return summaries;
}

class WatchTest : public testing::Test {
 protected:
  std::string Target(const std::string& query) { return std::string(kSecrets) + "?watch=1&" + query; }
  std::string Version() { return std::to_string(api_.store().revision()); }
  std::string ListVersion() { return api_.Get(kSecrets).Text("/metadata/resourceVersion"); }

  TestApi api_;
};

TEST_F(WatchTest, TellsEachChangeOnceAndInOrder) {
  const auto stream = api_.Watch(Target("resourceVersion=" + ListVersion()));
  api_.Post(kSecrets, Secret("a"));
  api_.MergePatch(std::string(kSecrets) + "/a", {{"data", {{"k", "MQ=="}}}});
  EXPECT_THAT(Summaries(TestApi::Pull(*stream)), ElementsAre("ADDED a", "MODIFIED a"));
  api_.Delete(std::string(kSecrets) + "/a");
  EXPECT_THAT(Summaries(TestApi::Pull(*stream)), ElementsAre("DELETED a"));
  EXPECT_THAT(TestApi::Pull(*stream), IsEmpty());
}

TEST_F(WatchTest, WakesWhoeverWaitsOnItsOwnResourceOnly) {
  const auto stream = api_.Watch(Target("resourceVersion=" + ListVersion()));
  int wakes = 0;
  stream->SetWake([&] { ++wakes; });
  api_.Post("/api/v1/namespaces/default/configmaps", {{"metadata", {{"name", "c"}}}});
  EXPECT_EQ(wakes, 0);
  api_.Post(kSecrets, Secret("a"));
  EXPECT_EQ(wakes, 1);
}

TEST_F(WatchTest, GoesOnFromAPastVersion) {
  const std::string before = ListVersion();
  api_.Post(kSecrets, Secret("a"));
  api_.Delete(std::string(kSecrets) + "/a");
  const auto stream = api_.Watch(Target("resourceVersion=" + before));
  EXPECT_THAT(Summaries(TestApi::Pull(*stream)), ElementsAre("ADDED a", "DELETED a"));
}

TEST_F(WatchTest, SaysGoneInTheStreamWhenTheVersionIsForgotten) {
  const std::string before = ListVersion();
  api_.Post(kSecrets, Secret("a"));
  api_.store().Compact(api_.store().revision());
  bool ended = false;
  const auto events = TestApi::Pull(*api_.Watch(Target("resourceVersion=" + before)), &ended);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0]["type"], "ERROR");
  EXPECT_EQ(events[0]["object"]["code"], 410);
  EXPECT_EQ(events[0]["object"]["reason"], "Expired");
  EXPECT_TRUE(ended);
}

TEST_F(WatchTest, AnIdleWatchOutlivesACompaction) {
  const auto stream = api_.Watch(Target("resourceVersion=" + ListVersion()));
  api_.Post("/api/v1/namespaces/default/configmaps", {{"metadata", {{"name", "c"}}}});
  EXPECT_THAT(TestApi::Pull(*stream), IsEmpty());
  api_.store().Compact(api_.store().revision());
  api_.Post(kSecrets, Secret("a"));
  EXPECT_THAT(Summaries(TestApi::Pull(*stream)), ElementsAre("ADDED a"));
}

TEST_F(WatchTest, EndsAtItsTimeLimit) {
  const auto stream = api_.Watch(Target("timeoutSeconds=5&resourceVersion=" + ListVersion()));
  ASSERT_TRUE(stream->NextWake());
  EXPECT_EQ(*stream->NextWake(), api_.clock().Now() + 5s);
  bool ended = true;
  TestApi::Pull(*stream, &ended);
  EXPECT_FALSE(ended);
  api_.Advance(5s);
  TestApi::Pull(*stream, &ended);
  EXPECT_TRUE(ended);
}

TEST_F(WatchTest, SendsBookmarksToThoseWhoAllowThem) {
  const auto stream = api_.Watch(Target("allowWatchBookmarks=true&resourceVersion=" + ListVersion()));
  api_.Post("/api/v1/namespaces/default/configmaps", {{"metadata", {{"name", "c"}}}});
  EXPECT_THAT(TestApi::Pull(*stream), IsEmpty());
  api_.Advance(61s);
  const auto events = TestApi::Pull(*stream);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0]["type"], "BOOKMARK");
  EXPECT_EQ(events[0]["object"]["kind"], "Secret");
  EXPECT_EQ(events[0]["object"]["metadata"]["resourceVersion"], Version());
}

TEST_F(WatchTest, EndsTheInitialEventsWithABookmark) {
  api_.Post(kSecrets, Secret("a"));
  const auto stream = api_.Watch(
      Target("sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion="));
  const auto events = TestApi::Pull(*stream);
  EXPECT_THAT(Summaries(events), ElementsAre("ADDED a", "BOOKMARK "));
  EXPECT_EQ(events[1]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
  api_.Post(kSecrets, Secret("b"));
  EXPECT_THAT(Summaries(TestApi::Pull(*stream)), ElementsAre("ADDED b"));
}

TEST_F(WatchTest, ShowsObjectsThatEnterAndLeaveASelection) {
  const auto stream = api_.Watch(Target("labelSelector=app%3Ddns&resourceVersion=" + ListVersion()));
  api_.Post(kSecrets, Secret("a", "web"));
  api_.MergePatch(std::string(kSecrets) + "/a", {{"metadata", {{"labels", {{"app", "dns"}}}}}});
  api_.MergePatch(std::string(kSecrets) + "/a", {{"metadata", {{"labels", {{"app", "web"}}}}}});
  const auto events = TestApi::Pull(*stream);
  EXPECT_THAT(Summaries(events), ElementsAre("ADDED a", "DELETED a"));
  EXPECT_EQ(events[1]["object"]["metadata"]["labels"]["app"], "dns") << "the last state that was selected";
  EXPECT_EQ(events[1]["object"]["metadata"]["resourceVersion"], Version()) << "at the version of the change";
}

TEST_F(WatchTest, StopsListeningWhenItIsDropped) {
  auto stream = api_.Watch(Target("resourceVersion=" + ListVersion()));
  int wakes = 0;
  stream->SetWake([&] { ++wakes; });
  stream.reset();
  api_.Post(kSecrets, Secret("a"));
  EXPECT_EQ(wakes, 0);
}

}  // namespace
}  // namespace mock_kubeapi
