#include "mock_http/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mock_http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Headers, MatchNamesWithoutRegardToCaseAndKeepOrder) {
  Headers headers{{"Accept", "a"}, {"X-Other", "o"}};
  headers.Add("accept", "b");
  EXPECT_EQ(headers.Get("ACCEPT"), "a");
  EXPECT_THAT(headers.GetAll("aCCept"), ElementsAre("a", "b"));
  headers.Set("Accept", "c");
  EXPECT_THAT(headers.fields(), ElementsAre(Pair("X-Other", "o"), Pair("Accept", "c")));
  headers.Remove("x-other");
  EXPECT_FALSE(headers.Has("X-Other"));
}

TEST(Request, SplitsTheTargetAtTheFirstQuestionMark) {
  Request request;
  request.target = "/a%20b?c=d?e";
  EXPECT_EQ(request.RawPath(), "/a%20b");
  EXPECT_EQ(request.RawQuery(), "c=d?e");
  request.target = "/plain";
  EXPECT_EQ(request.RawQuery(), "");
}

TEST(PercentDecode, RefusesBadEscapes) {
  EXPECT_EQ(PercentDecode("a%2Fb+c"), "a/b+c");
  EXPECT_EQ(PercentDecode("a+b", true), "a b");
  EXPECT_EQ(PercentDecode("%2"), std::nullopt);
  EXPECT_EQ(PercentDecode("%"), std::nullopt);
  EXPECT_EQ(PercentDecode("%zz"), std::nullopt);
}

TEST(ParseQuery, LeavesOutWhatGoLeavesOut) {
  EXPECT_THAT(ParseQuery("a=1&b&&c=x%20y&bad=%zz&semi;colon=1&a=2"),
              ElementsAre(Pair("a", "1"), Pair("b", ""), Pair("c", "x y"), Pair("a", "2")));
}

TEST(Clock, FormatsTimesAsKubernetesDoes) {
  VirtualClock clock;
  EXPECT_EQ(FormatRfc3339(clock.Now()), "2024-01-01T00:00:00Z");
  clock.Advance(std::chrono::days(59) + std::chrono::microseconds(1'234'567));
  EXPECT_EQ(FormatRfc3339(clock.Now()), "2024-02-29T00:00:01Z");
  EXPECT_EQ(FormatRfc3339Micro(clock.Now()), "2024-02-29T00:00:01.234567Z");
}

TEST(Clock, FormatsTimesBeforeTheEpoch) {
  EXPECT_EQ(FormatRfc3339Micro(TimePoint(std::chrono::nanoseconds(-1000))), "1969-12-31T23:59:59.999999Z");
}

TEST(VirtualClock, TellsItsObserversUntilTheyAreRemoved) {
  VirtualClock clock;
  int calls = 0;
  const int handle = clock.AddObserver([&calls] { ++calls; });
  clock.Advance(std::chrono::seconds(1));
  clock.Set(TimePoint{});
  clock.RemoveObserver(handle);
  clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace mock_http
