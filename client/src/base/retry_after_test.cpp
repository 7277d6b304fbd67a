#include "base/retry_after.h"

#include <gtest/gtest.h>

namespace client {
namespace {

using std::chrono::seconds;

/// 1994-11-06 08:49:00 UTC
constexpr TimePoint kNow =
    std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8) + std::chrono::minutes(49);

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(ParseRetryAfter("120", kNow), seconds(120));
  EXPECT_EQ(ParseRetryAfter(" 0 ", kNow), seconds(0));
}

TEST(RetryAfter, ReadsTheThreeFormsOfHttpDates) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", kNow), seconds(37));
  EXPECT_EQ(ParseRetryAfter("Sunday, 06-Nov-94 08:49:37 GMT", kNow), seconds(37));
  EXPECT_EQ(ParseRetryAfter("Sun Nov  6 08:49:37 1994", kNow), seconds(37));
}

TEST(RetryAfter, TakesADateInThePastAsNow) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", kNow), seconds(0));
}

TEST(RetryAfter, BoundsWhatIsAbsurd) {
  EXPECT_EQ(ParseRetryAfter("99999999999999999999", kNow), std::chrono::days(365));
  EXPECT_EQ(ParseRetryAfter("Fri, 31 Dec 9999 23:59:59 GMT", kNow), std::chrono::days(365));
}

TEST(RetryAfter, IgnoresWhatItCannotRead) {
  for (const char* text : {"", "-5", "soon", "1.5", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "a b c d e f g",
                           "Sun, x Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 084937 GMT"}) {
    EXPECT_EQ(ParseRetryAfter(text, kNow), std::nullopt) << text;
  }
}

TEST(RetryAfter, FindsTheHeaderWhateverItsCase) {
  EXPECT_EQ(RetryAfter({.status = 429, .headers = {{"retry-AFTER", "7"}}, .body = {}}, kNow), seconds(7));
  EXPECT_EQ(RetryAfter({.status = 429, .headers = {}, .body = {}}, kNow), std::nullopt);
}

}  // namespace
}  // namespace client
