#include "mock_kubeapi/controllers/cron/time_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace mock_kubeapi::cron {
namespace {

using namespace std::chrono_literals;
using std::chrono::January;
using std::chrono::July;
using std::chrono::local_days;
using std::chrono::March;
using std::chrono::November;
using std::chrono::October;
using std::chrono::sys_days;

std::shared_ptr<const TimeZone> Zone(const std::string& name) {
  const auto zone = TimeZone::Load(name);
  EXPECT_TRUE(zone.has_value()) << name << ": " << (zone ? "" : zone.error());
  return zone ? *zone : TimeZone::Utc();
}

TEST(TimeZone, KnowsOffsetsOfSummerAndWinter) {
  const auto zurich = Zone("Europe/Zurich");
  EXPECT_EQ(zurich->Lookup(sys_days{2024y / January / 1}).offset, 1h);
  EXPECT_EQ(zurich->Lookup(sys_days{2024y / July / 1}).offset, 2h);
  const auto new_york = Zone("America/New_York");
  EXPECT_EQ(new_york->Lookup(sys_days{2024y / January / 1}).offset, -5h);
  EXPECT_EQ(new_york->Lookup(sys_days{2024y / July / 1}).offset, -4h);
  EXPECT_EQ(Zone("Asia/Kolkata")->Lookup(sys_days{2024y / July / 1}).offset, 5h + 30min);
}

TEST(TimeZone, ChangesAtTheVerySecond) {
  const auto zurich = Zone("Europe/Zurich");
  const sys_seconds change = sys_days{2024y / March / 31} + 1h;
  EXPECT_EQ(zurich->Lookup(change - 1s).offset, 1h);
  EXPECT_EQ(zurich->Lookup(change).offset, 2h);
  EXPECT_EQ(zurich->Lookup(change).begin, change);
  EXPECT_EQ(zurich->Lookup(change - 1s).end, change);
}

TEST(TimeZone, FollowsTheRuleAfterTheLastRecordedChange) {
  const auto zurich = Zone("Europe/Zurich");
  EXPECT_EQ(zurich->Lookup(sys_days{2150y / January / 1}).offset, 1h);
  EXPECT_EQ(zurich->Lookup(sys_days{2150y / July / 1}).offset, 2h);
  // The last Sunday of March 2150 is the 29th.
  const sys_seconds change = sys_days{2150y / March / 29} + 1h;
  EXPECT_EQ(zurich->Lookup(change - 1s).offset, 1h);
  EXPECT_EQ(zurich->Lookup(change).offset, 2h);
  EXPECT_EQ(zurich->Lookup(change).end, sys_days{2150y / October / 25} + 1h);
}

TEST(TimeZone, FollowsTheRuleSouthOfTheEquator) {
  const auto sydney = Zone("Australia/Sydney");
  EXPECT_EQ(sydney->Lookup(sys_days{2150y / January / 1}).offset, 11h);
  EXPECT_EQ(sydney->Lookup(sys_days{2150y / July / 1}).offset, 10h);
}

TEST(TimeZone, TurnsWallClockTimesIntoMoments) {
  const auto zurich = Zone("Europe/Zurich");
  EXPECT_EQ(zurich->FromLocal(local_days{2024y / July / 1} + 12h), sys_days{2024y / July / 1} + 10h);
  EXPECT_EQ(zurich->ToLocal(sys_days{2024y / July / 1} + 10h), local_days{2024y / July / 1} + 12h);
  // 02:30 is skipped on 31 March: it counts with the offset before the change, so the clock shows 03:30.
  const sys_seconds skipped = zurich->FromLocal(local_days{2024y / March / 31} + 2h + 30min);
  EXPECT_EQ(skipped, sys_days{2024y / March / 31} + 1h + 30min);
  // 02:30 comes twice on 27 October: east of Greenwich it is the second, west of it the first.
  const sys_seconds repeated = zurich->FromLocal(local_days{2024y / October / 27} + 2h + 30min);
  EXPECT_EQ(repeated, sys_days{2024y / October / 27} + 1h + 30min);
  const sys_seconds in_new_york = Zone("America/New_York")->FromLocal(local_days{2024y / November / 3} + 1h + 30min);
  EXPECT_EQ(in_new_york, sys_days{2024y / November / 3} + 5h + 30min);
}

TEST(TimeZone, UtcIsAlwaysThere) {
  for (const std::string name : {"", "UTC", "Local", "Etc/UTC"}) {
    EXPECT_EQ(Zone(name)->Lookup(sys_days{2024y / July / 1}).offset, 0s) << name;
  }
}

TEST(TimeZone, RefusesNamesInGoWords) {
  EXPECT_EQ(TimeZone::Load("Mars/Base").error(), "unknown time zone Mars/Base");
  EXPECT_EQ(TimeZone::Load(" UTC").error(), "unknown time zone  UTC");
  EXPECT_EQ(TimeZone::Load("../etc/passwd").error(), "time: invalid location name");
  EXPECT_EQ(TimeZone::Load("/etc/localtime").error(), "time: invalid location name");
  EXPECT_EQ(TimeZone::Load("Europe").error(), "is a directory");
}

TEST(TimeZone, RefusesBrokenFiles) {
  EXPECT_FALSE(TimeZone::Parse("").has_value());
  EXPECT_FALSE(TimeZone::Parse("TZif").has_value());
  EXPECT_FALSE(TimeZone::Parse(std::string("TZif2") + std::string(39, '\xff')).has_value());
  EXPECT_FALSE(TimeZone::Parse("no zone at all, but long enough for a header of forty-four bytes").has_value());
}

}  // namespace
}  // namespace mock_kubeapi::cron
