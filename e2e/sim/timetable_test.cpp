#include "sim/timetable.h"

#include <gtest/gtest.h>

namespace sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr mock_http::TimePoint kMidnight{days(20'000)};

TEST(Timetable, IsDueOnceADayAtItsMinute) {
  Timetable table({.minute_of_day = 66, .starting_deadline = hours(1)}, kMidnight);
  EXPECT_EQ(table.NextDue(), kMidnight + minutes(66));
  EXPECT_FALSE(table.TakeDue(kMidnight + minutes(65)));
  EXPECT_TRUE(table.TakeDue(kMidnight + minutes(66)));
  EXPECT_FALSE(table.TakeDue(kMidnight + minutes(66)));
  EXPECT_EQ(table.NextDue(), kMidnight + days(1) + minutes(66));
}

TEST(Timetable, StartsTheLastMissedRunWithinTheDeadline) {
  for (const auto late : {minutes(30), minutes(90)}) {
    Timetable table({.minute_of_day = 66, .starting_deadline = hours(1)}, kMidnight);
    table.Suspend(true);
    EXPECT_FALSE(table.NextDue());
    EXPECT_FALSE(table.TakeDue(kMidnight + days(2)));
    table.Suspend(false);
    EXPECT_EQ(table.TakeDue(kMidnight + days(3) + minutes(66) + late), late < hours(1));
    EXPECT_EQ(table.NextDue(), kMidnight + days(4) + minutes(66));
  }
}

TEST(Timetable, WithoutADeadlineIsLateByAnyTime) {
  Timetable table({.minute_of_day = 66, .starting_deadline = {}}, kMidnight);
  EXPECT_TRUE(table.TakeDue(kMidnight + days(3)));
  EXPECT_EQ(table.NextDue(), kMidnight + days(3) + minutes(66));
}

}  // namespace
}  // namespace sim
