#include "mock_kubeapi/rfc3339.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

TEST(Rfc3339, IsReadAsItIsWritten) {
  for (const std::string text : {"2024-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z"}) {
    const auto time = ParseRfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(mock_http::FormatRfc3339(*time), text);
  }
  const auto micro = ParseRfc3339("2024-01-01T00:00:05.123456Z");
  ASSERT_TRUE(micro);
  EXPECT_EQ(mock_http::FormatRfc3339Micro(*micro), "2024-01-01T00:00:05.123456Z");
}

TEST(Rfc3339, TakesOffsetsIntoAccount) {
  EXPECT_EQ(ParseRfc3339("2024-01-01T01:30:00+01:30"), ParseRfc3339("2024-01-01T00:00:00Z"));
  EXPECT_EQ(ParseRfc3339("2023-12-31t19:00:00-05:00"), ParseRfc3339("2024-01-01T00:00:00z"));
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const std::string text :
       {"", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.0123456789Z", "2024-01-01T00:00:00+0100",
        "2024-01-01T00:00:00Zx", "+024-01-01T00:00:00Z", "0001-01-01T00:00:00Z"}) {
    EXPECT_EQ(ParseRfc3339(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace mock_kubeapi
