#include "base/timestamp.h"

#include <gtest/gtest.h>

namespace client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kTime = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 23h + 5min + 9s;

TEST(Timestamp, ReadsWhatItWrites) {
  EXPECT_EQ(FormatTimestamp(kTime + 999ms), "2024-02-29T23:05:09Z");
  EXPECT_EQ(ParseTimestamp("2024-02-29T23:05:09Z"), kTime);
}

TEST(Timestamp, ReadsNothingElse) {
  for (const char* text : {"", "2024-02-29", "2023-02-29T23:05:09Z", "2024-02-29T24:05:09Z", "2024-02-29T23:60:09Z",
                           "2024-02-29T23:05:60Z", "2024-02-29T23:05:09", "2024-02-29 23:05:09Z",
                           "2024-02-29T23:05:09.000Z", "2024-02-29T23:05:0xZ", "-024-02-29T23:05:09Z"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace client
