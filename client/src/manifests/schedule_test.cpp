#include "manifests/schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace client {
namespace {

TEST(CronSchedule, IsWhatTheRuleSays) {
  EXPECT_EQ(CronSchedule({.scope = "t-silent-test-1234/c-green-test-1234", .client_name = "acme-dns"}), "6 1 * * *");
}

TEST(MinuteOfDay, SpreadsClientsOverTwoHours) {
  std::set<int> minutes;
  for (int i = 0; i < 2'000; ++i) {
    const int minute = MinuteOfDay({.scope = "t/c" + std::to_string(i), .client_name = "a"});
    EXPECT_GE(minute, 0);
    EXPECT_LT(minute, 120);
    minutes.insert(minute);
  }
  EXPECT_EQ(minutes.size(), 120U);
}

}  // namespace
}  // namespace client
