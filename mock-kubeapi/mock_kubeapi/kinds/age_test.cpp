#include "mock_kubeapi/kinds/age.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace mock_kubeapi {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(HumanDuration, GrowsCoarserWithAge) {
  const std::pair<seconds, std::string> cases[] = {
      {seconds(-2), "<invalid>"},
      {seconds(-1), "0s"},
      {seconds(0), "0s"},
      {seconds(119), "119s"},
      {minutes(2), "2m"},
      {seconds(200), "3m20s"},
      {minutes(10) + seconds(5), "10m"},
      {minutes(179), "179m"},
      {hours(3), "3h"},
      {hours(7) + minutes(59), "7h59m"},
      {hours(8) + minutes(59), "8h"},
      {hours(47), "47h"},
      {hours(48), "2d"},
      {hours(51), "2d3h"},
      {hours(24 * 8 + 3), "8d"},
      {hours(24 * 729), "729d"},
      {hours(24 * 730), "2y"},
      {hours(24 * 732), "2y2d"},
      {hours(24 * 365 * 8 + 48), "8y"},
  };
  for (const auto& [duration, text] : cases) EXPECT_EQ(HumanDuration(duration), text) << duration.count();
}

TEST(Age, IsTheTimeSinceCreation) {
  const auto now = ParseRfc3339("2024-01-01T00:01:30Z");
  ASSERT_TRUE(now);
  EXPECT_EQ(Age({{"metadata", {{"creationTimestamp", "2024-01-01T00:00:00Z"}}}}, *now), "90s");
  EXPECT_EQ(Age({{"metadata", {{"creationTimestamp", nullptr}}}}, *now), "<unknown>");
  EXPECT_EQ(Age(Json::object(), *now), "<unknown>");
}

}  // namespace
}  // namespace mock_kubeapi
