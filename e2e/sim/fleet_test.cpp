#include "sim/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sim {
namespace {

using ::testing::HasSubstr;

TEST(PlayNight, SpreadOverTheNightNobodyWaitsLong) {
  const FleetNight night = PlayNight({.clusters = 60'000, .jitter_max = std::chrono::seconds(50)},
                                     [](int cluster) { return cluster % 120; });
  EXPECT_EQ(night.requests, 60'000U);
  EXPECT_EQ(night.timeouts, 0U);
  EXPECT_EQ(night.failed_checks, 0U);
}

TEST(PlayNight, EverybodyAtMidnightOverloadsTheServer) {
  const FleetNight night = PlayNight({.clusters = 60'000}, [](int) { return 0; });
  EXPECT_GT(night.requests, 100'000U) << "retries must be counted";
  EXPECT_GT(night.failed_checks, 30'000U);
  EXPECT_GT(night.wait_max_seconds, 60);
}

TEST(PlayNight, OneClusterTakesOneUpdate) {
  const FleetNight night = PlayNight({.clusters = 1}, [](int) { return 7; });
  EXPECT_EQ(night.requests_by_minute.at(7), 1U);
  EXPECT_DOUBLE_EQ(night.wait_max_seconds, 0.066);
  EXPECT_EQ(night.queue_max, 1U);
}

TEST(FleetText, ShowsEachNight) {
  const std::vector<NamedNight> nights = {{"at midnight", PlayNight({.clusters = 10}, [](int) { return 0; })}};
  EXPECT_THAT(FleetText(nights), HasSubstr("at midnight"));
  EXPECT_THAT(FleetText(nights), HasSubstr("00:00       10 ####"));
  EXPECT_THAT(FleetSvg(nights, 1818), HasSubstr("<title>00:00 10 requests</title>"));
  EXPECT_THAT(FleetSvg(nights, 1818), HasSubstr("the 1818 updates a minute"));
}

}  // namespace
}  // namespace sim
