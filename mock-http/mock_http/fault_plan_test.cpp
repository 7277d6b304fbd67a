#include "mock_http/fault_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mock_http {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

Request Get(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}

class FaultPlanTest : public ::testing::Test {
 protected:
  std::string Acting(const Request& request, const Facts& facts = {}) {
    const auto fault = plan_.Next(request, facts);
    return fault ? fault->id : "";
  }
  SeededRandom random_{7};
  FaultPlan plan_{random_};
};

TEST_F(FaultPlanTest, MatchesMethodPathAndFacts) {
  plan_.Put({.id = "a", .match = {.method = "GET", .path = "/x/*/z", .facts = {{"verb", "get"}}}, .action = {}});
  EXPECT_EQ(Acting(Get("/x/anything/at/all/z?q=1"), {{"verb", "get"}, {"caller", "me"}}), "a");
  EXPECT_EQ(Acting(Get("/x/y/zz"), {{"verb", "get"}}), "");
  EXPECT_EQ(Acting(Get("/x/y/z"), {{"verb", "list"}}), "");
  EXPECT_EQ(Acting(Get("/x/y/z")), "");
  Request post = Get("/x/y/z");
  post.method = "POST";
  EXPECT_EQ(Acting(post, {{"verb", "get"}}), "");
}

TEST_F(FaultPlanTest, SkipsFirstAndStopsAfterTimes) {
  plan_.Put({.id = "a", .match = {.skip = 2, .times = 1}, .action = {}});
  EXPECT_EQ(Acting(Get("/")), "");
  EXPECT_EQ(Acting(Get("/")), "");
  EXPECT_EQ(Acting(Get("/")), "a");
  EXPECT_EQ(Acting(Get("/")), "");
  EXPECT_EQ(plan_.ToJson()[0]["seen"], 4);
  EXPECT_EQ(plan_.ToJson()[0]["fired"], 1);
}

TEST_F(FaultPlanTest, DrawsProbabilityFromTheSeed) {
  plan_.Put({.id = "a", .match = {.probability = 0.25}, .action = {}});
  int fired = 0;
  for (int i = 0; i < 1000; ++i) fired += Acting(Get("/")).empty() ? 0 : 1;
  EXPECT_NEAR(fired, 250, 60);
}

TEST_F(FaultPlanTest, FirstMatchActsAndReplacingStartsItsCountersAnew) {
  plan_.Put({.id = "a", .match = {.times = 1}, .action = {}});
  const std::string second = plan_.Put({});
  EXPECT_EQ(Acting(Get("/")), "a");
  EXPECT_EQ(Acting(Get("/")), second);
  plan_.Put({.id = "a", .match = {.times = 1}, .action = {}});
  EXPECT_EQ(Acting(Get("/")), "a");
  EXPECT_TRUE(plan_.Remove(second));
  EXPECT_FALSE(plan_.Remove(second));
  EXPECT_EQ(Acting(Get("/")), "");
}

TEST(FaultJson, ReadsBackWhatItWrote) {
  const json text = json::parse(R"({"id":"f","match":{"method":"PATCH","path":"/api/*","facts":{"caller":"c"},
    "probability":0.5,"skip":1,"times":2},"action":{"status":429,"content_type":"text/plain","body":"b","retry_after":"3",
    "headers":{"X-A":"1"},"after_effect":true,"delay_ms":5,"drop":true,"truncate_body_at":4,"garbage":true,
    "bytes_per_second":9}})");
  const auto fault = FaultFromJson(text);
  ASSERT_TRUE(fault) << fault.error();
  EXPECT_EQ(FaultToJson(*fault), text);
}

TEST(FaultJson, NamesTheMemberThatIsWrong) {
  const auto error = [](const char* text) {
    const auto fault = FaultFromJson(json::parse(text));
    return fault ? "accepted" : fault.error();
  };
  EXPECT_THAT(error(R"({})"), HasSubstr("action is missing"));
  EXPECT_THAT(error(R"([])"), HasSubstr("must be an object"));
  EXPECT_THAT(error(R"({"action":{},"macth":{}})"), HasSubstr("macth is unknown"));
  EXPECT_THAT(error(R"({"action":{"status":99}})"), HasSubstr("action.status must be a whole number from 200 to 599"));
  EXPECT_THAT(error(R"({"action":{"status":100}})"), HasSubstr("action.status"));
  EXPECT_THAT(error(R"({"action":{"retry_after":"1"}})"), HasSubstr("action.retry_after needs a status"));
  EXPECT_THAT(error(R"({"action":{"headers":{"A":"b"}}})"), HasSubstr("action.headers needs a status"));
  EXPECT_THAT(error(R"({"action":{"after_effect":true}})"), HasSubstr("action.after_effect needs a status or drop"));
  EXPECT_EQ(error(R"({"action":{"after_effect":true,"drop":true}})"), "accepted");
  EXPECT_THAT(error(R"({"action":{"status":503,"headers":{"A\r\nB":"c"}}})"), HasSubstr("action.headers has a name"));
  EXPECT_THAT(error(R"({"action":{"status":503,"headers":{"A":"b\r\nC: d"}}})"), HasSubstr("action.headers must"));
  EXPECT_THAT(error(R"({"action":{"status":503,"retry_after":"1\n"}})"),
              HasSubstr("action.retry_after must be one line"));
  EXPECT_THAT(error(R"({"action":{"status":503,"content_type":"a\u0000"}})"), HasSubstr("action.content_type must"));
  EXPECT_THAT(error(R"({"action":{"drop":1}})"), HasSubstr("action.drop must be a boolean"));
  EXPECT_THAT(error(R"({"action":{},"match":{"probability":2}})"), HasSubstr("match.probability"));
  EXPECT_THAT(error(R"({"action":{},"match":{"facts":{"verb":1}}})"), HasSubstr("match.facts"));
}

}  // namespace
}  // namespace mock_http
