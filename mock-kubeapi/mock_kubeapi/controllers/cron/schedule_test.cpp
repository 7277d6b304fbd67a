#include "mock_kubeapi/controllers/cron/schedule.h"

#include <fmt/chrono.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "mock_kubeapi/controllers/cron/go_duration.h"

namespace mock_kubeapi::cron {
namespace {

using std::chrono::seconds;

/// "2024-03-31 01:30" or "2024-03-31 01:30:15", UTC.
sys_seconds At(const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0;
  int hour = 0, minute = 0, second = 0;
  const int fields = std::sscanf(text.c_str(), "%d-%u-%u %d:%d:%d", &year, &month, &day, &hour, &minute, &second);
  EXPECT_GE(fields, 5) << text;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} + seconds{second};
}

std::string Text(sys_seconds time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(time.time_since_epoch().count()));
}

struct NextCase {
  std::string schedule;
  std::string after;
  std::vector<std::string> due;  ///< UTC, in order
};

void PrintTo(const NextCase& c, std::ostream* out) {
  *out << c.schedule << " after " << c.after;
}

class ScheduleNext : public testing::TestWithParam<NextCase> {};

TEST_P(ScheduleNext, IsDueAtTheseTimes) {
  const NextCase& c = GetParam();
  const auto schedule = Schedule::Parse(c.schedule);
  ASSERT_TRUE(schedule.has_value()) << schedule.error();
  sys_seconds time = At(c.after);
  for (const std::string& expected : c.due) {
    const auto next = schedule->Next(time);
    ASSERT_TRUE(next.has_value()) << expected;
    EXPECT_EQ(Text(*next), Text(At(expected)));
    time = *next;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Fields, ScheduleNext,
    testing::Values(
        NextCase{"* * * * *", "2024-01-01 00:00", {"2024-01-01 00:01", "2024-01-01 00:02"}},
        NextCase{"* * * * *", "2024-01-01 00:00:59", {"2024-01-01 00:01"}},
        NextCase{"6 1 * * *", "2024-01-01 00:00", {"2024-01-01 01:06", "2024-01-02 01:06"}},
        NextCase{"6 1 * * *", "2024-01-01 01:06", {"2024-01-02 01:06"}},
        NextCase{"*/15 * * * *",
                 "2024-01-01 00:01",
                 {"2024-01-01 00:15", "2024-01-01 00:30", "2024-01-01 00:45", "2024-01-01 01:00"}},
        NextCase{"5/20 * * * *",
                 "2024-01-01 00:00",
                 {"2024-01-01 00:05", "2024-01-01 00:25", "2024-01-01 00:45", "2024-01-01 01:05"}},
        NextCase{"0 9-17/4 * * *", "2024-01-01 10:00", {"2024-01-01 13:00", "2024-01-01 17:00", "2024-01-02 09:00"}},
        NextCase{"59 23 31 12 *", "2024-01-01 00:00", {"2024-12-31 23:59", "2025-12-31 23:59"}},
        NextCase{"0 0 29 2 *", "2024-03-01 00:00", {"2028-02-29 00:00", "2032-02-29 00:00"}},
        NextCase{"0 0 31 * *", "2024-01-31 00:00", {"2024-03-31 00:00", "2024-05-31 00:00", "2024-07-31 00:00"}},
        NextCase{"0 0 * * mon-fri", "2024-01-05 00:00", {"2024-01-08 00:00", "2024-01-09 00:00"}},
        NextCase{"0 0 * * SUN,sat", "2024-01-01 00:00", {"2024-01-06 00:00", "2024-01-07 00:00", "2024-01-13 00:00"}},
        NextCase{"0 0 * feb,JUN *", "2024-02-29 00:00", {"2024-06-01 00:00", "2024-06-02 00:00"}},
        NextCase{"30 6-16/4 * * 1-5", "2024-01-05 14:31", {"2024-01-08 06:30", "2024-01-08 10:30"}},
        NextCase{"0,30,0 12 1 1 *", "2024-01-01 12:00", {"2024-01-01 12:30", "2025-01-01 12:00"}},
        NextCase{"  0   3 * *\t* ", "2024-01-01 00:00", {"2024-01-01 03:00"}},
        // Day of month and day of week: either, unless one has a star.
        NextCase{"0 0 13 * 5",
                 "2024-09-01 00:00",
                 {"2024-09-06 00:00", "2024-09-13 00:00", "2024-09-20 00:00", "2024-09-27 00:00", "2024-10-04 00:00"}},
        NextCase{"0 0 13 * *", "2024-09-01 00:00", {"2024-09-13 00:00", "2024-10-13 00:00"}},
        NextCase{"0 0 ? * 5", "2024-09-01 00:00", {"2024-09-06 00:00", "2024-09-13 00:00"}},
        NextCase{"0 0 */1 * 5", "2024-09-01 00:00", {"2024-09-06 00:00", "2024-09-13 00:00"}},
        // A step above 1 takes the star away.
        NextCase{"0 0 */10 * 5", "2024-09-01 00:00", {"2024-09-06 00:00", "2024-09-11 00:00", "2024-09-13 00:00"}}));

INSTANTIATE_TEST_SUITE_P(
    Descriptors, ScheduleNext,
    testing::Values(NextCase{"@hourly", "2024-01-01 00:30", {"2024-01-01 01:00", "2024-01-01 02:00"}},
                    NextCase{"@daily", "2024-01-01 00:00", {"2024-01-02 00:00"}},
                    NextCase{"@midnight", "2024-02-28 13:00", {"2024-02-29 00:00", "2024-03-01 00:00"}},
                    NextCase{"@weekly", "2024-01-01 00:00", {"2024-01-07 00:00", "2024-01-14 00:00"}},
                    NextCase{"@monthly", "2024-01-01 00:00", {"2024-02-01 00:00"}},
                    NextCase{"@yearly", "2024-01-01 00:00", {"2025-01-01 00:00"}},
                    NextCase{"@annually", "2024-06-01 00:00", {"2025-01-01 00:00"}},
                    NextCase{"@every 1h30m", "2024-01-01 00:10:05", {"2024-01-01 01:40:05", "2024-01-01 03:10:05"}},
                    NextCase{"@every 90s", "2024-01-01 00:00", {"2024-01-01 00:01:30"}},
                    NextCase{"@every 1ms", "2024-01-01 00:00", {"2024-01-01 00:00:01"}},
                    NextCase{"@every 2.9s", "2024-01-01 00:00", {"2024-01-01 00:00:02"}}));

INSTANTIATE_TEST_SUITE_P(
    Zones, ScheduleNext,
    testing::Values(
        NextCase{"TZ=Europe/Zurich 6 1 * * *", "2024-07-01 00:00", {"2024-07-01 23:06", "2024-07-02 23:06"}},
        NextCase{"CRON_TZ=America/New_York 0 0 * * *", "2024-01-01 00:00", {"2024-01-01 05:00", "2024-01-02 05:00"}},
        NextCase{"TZ=Asia/Kolkata @daily", "2024-01-01 00:00", {"2024-01-01 18:30", "2024-01-02 18:30"}},
        // 02:30 does not exist on 31 March 2024 in Zurich, nor on 10 March in New York: skipped that day.
        NextCase{"TZ=Europe/Zurich 30 2 * * *", "2024-03-29 02:00", {"2024-03-30 01:30", "2024-04-01 00:30"}},
        NextCase{"TZ=America/New_York 30 2 * * *", "2024-03-08 12:00", {"2024-03-09 07:30", "2024-03-11 06:30"}},
        // 02:30 exists twice on 27 October in Zurich, 01:30 on 3 November in New York.
        NextCase{"TZ=Europe/Zurich 30 2 * * *",
                 "2024-10-26 02:00",
                 {"2024-10-27 00:30", "2024-10-27 01:30", "2024-10-28 01:30"}},
        NextCase{"TZ=America/New_York 30 1 * * *",
                 "2024-11-02 12:00",
                 {"2024-11-03 05:30", "2024-11-03 06:30", "2024-11-04 06:30"}},
        // Every hour goes on every hour.
        NextCase{"TZ=Europe/Zurich 0 * * * *",
                 "2024-03-30 23:30",
                 {"2024-03-31 00:00", "2024-03-31 01:00", "2024-03-31 02:00"}},
        NextCase{"TZ=Europe/Zurich 0 * * * *",
                 "2024-10-26 23:30",
                 {"2024-10-27 00:00", "2024-10-27 01:00", "2024-10-27 02:00"}},
        // The wall clock rules across the change.
        NextCase{"TZ=Europe/Zurich 0 12 * * *", "2024-03-30 00:00", {"2024-03-30 11:00", "2024-03-31 10:00"}},
        NextCase{"TZ=America/New_York 0 12 * * *", "2024-11-02 00:00", {"2024-11-02 16:00", "2024-11-03 17:00"}},
        // Midnight itself is skipped: Santiago, 8 September 2024.
        NextCase{"TZ=America/Santiago 0 0 * * *", "2024-09-06 12:00", {"2024-09-07 04:00", "2024-09-09 03:00"}},
        NextCase{"TZ=Europe/Zurich 0 0 29 2 *", "2024-03-01 00:00", {"2028-02-28 23:00"}}));

struct BadCase {
  std::string schedule;
  std::string error;
};

void PrintTo(const BadCase& c, std::ostream* out) {
  *out << c.schedule;
}

class ScheduleParse : public testing::TestWithParam<BadCase> {};

TEST_P(ScheduleParse, RefusesInTheParsersWords) {
  const auto schedule = Schedule::Parse(GetParam().schedule);
  ASSERT_FALSE(schedule.has_value());
  EXPECT_EQ(schedule.error(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Bad, ScheduleParse,
    testing::Values(
        BadCase{"", "empty spec string"}, BadCase{" ", "expected exactly 5 fields, found 0: []"},
        BadCase{"bad", "expected exactly 5 fields, found 1: [bad]"},
        BadCase{"* * * *", "expected exactly 5 fields, found 4: [* * * *]"},
        BadCase{"0 0 0 * * *", "expected exactly 5 fields, found 6: [0 0 0 * * *]"},
        BadCase{"61 0 * * *", "end of range (61) above maximum (59): 61"},
        BadCase{"0 24 * * *", "end of range (24) above maximum (23): 24"},
        BadCase{"0 0 32 * *", "end of range (32) above maximum (31): 32"},
        BadCase{"0 0 0 * *", "beginning of range (0) below minimum (1): 0"},
        BadCase{"0 0 * 13 *", "end of range (13) above maximum (12): 13"},
        BadCase{"0 0 * * 7", "end of range (7) above maximum (6): 7"},
        BadCase{"5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"},
        BadCase{"70/5 * * * *", "beginning of range (70) beyond end of range (59): 70/5"},
        BadCase{"*/0 * * * *", "step of range should be a positive number: */0"},
        BadCase{"1-2-3 * * * *", "too many hyphens: 1-2-3"}, BadCase{"*/2/3 * * * *", "too many slashes: */2/3"},
        BadCase{"x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax"},
        BadCase{"-5 * * * *", "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax"},
        BadCase{"*/-5 * * * *", "negative number (-5) not allowed: -5"},
        BadCase{"99999999999999999999 * * * *",
                "failed to parse int from 99999999999999999999: strconv.Atoi: parsing \"99999999999999999999\": value "
                "out of range"},
        BadCase{"0 0 * janvier *",
                "failed to parse int from janvier: strconv.Atoi: parsing \"janvier\": invalid syntax"},
        BadCase{"mon * * * *", "failed to parse int from mon: strconv.Atoi: parsing \"mon\": invalid syntax"},
        BadCase{"@fortnightly", "unrecognized descriptor: @fortnightly"},
        BadCase{"@Daily", "unrecognized descriptor: @Daily"}, BadCase{"@every", "unrecognized descriptor: @every"},
        BadCase{"@every x", "failed to parse duration @every x: time: invalid duration \"x\""},
        BadCase{"@every 5", "failed to parse duration @every 5: time: missing unit in duration \"5\""},
        BadCase{"@every 5d", "failed to parse duration @every 5d: time: unknown unit \"d\" in duration \"5d\""},
        BadCase{"TZ=Mars/Base 0 0 * * *", "provided bad location Mars/Base: unknown time zone Mars/Base"},
        BadCase{"TZ=UTC", "expected exactly 5 fields, found 0: []"}));

TEST(Schedule, IsNeverDueOnDaysThatDoNotExist) {
  const auto schedule = Schedule::Parse("59 23 31 2 *");
  ASSERT_TRUE(schedule.has_value());
  EXPECT_FALSE(schedule->Next(At("2024-01-01 00:00")).has_value());
  EXPECT_FALSE(Schedule::Parse(", * * * *")->Next(At("2024-01-01 00:00")).has_value());
}

TEST(Schedule, DropsFractionsOfASecond) {
  const auto schedule = Schedule::Parse("@every 10s");
  const auto time = At("2024-01-01 00:00") + std::chrono::milliseconds{300};
  EXPECT_EQ(schedule->Next(time), At("2024-01-01 00:00:10"));
  EXPECT_EQ(Schedule::Parse("* * * * *")->Next(time), At("2024-01-01 00:01"));
}

TEST(GoDuration, ReadsWhatGoReads) {
  using namespace std::chrono_literals;
  EXPECT_EQ(*ParseGoDuration("1h30m"), 90min);
  EXPECT_EQ(*ParseGoDuration("-1.5s"), -1500ms);
  EXPECT_EQ(*ParseGoDuration("0"), 0s);
  EXPECT_EQ(*ParseGoDuration("+3us"), 3us);
  EXPECT_EQ(*ParseGoDuration(".5h"), 30min);
  EXPECT_EQ(*ParseGoDuration("2h3ms4ns"), 2h + 3ms + 4ns);
  for (const std::string bad : {"", "h", "-", "1h-2m", "3000000h", " 1s", "."}) {
    EXPECT_FALSE(ParseGoDuration(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace mock_kubeapi::cron
