#include "mock_kubeapi/decode/go_time.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace mock_kubeapi::decode {
namespace {

struct Case {
  std::string_view text;
  std::string_view wanted;  ///< the error
};

// What Go's time.Parse says.
TEST(GoTime, IsRefusedInGosWords) {
  const std::vector<Case> cases = {
      {"", "parsing time \"\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"2006\""},
      {"2024-13-01T00:00:00Z", "parsing time \"2024-13-01T00:00:00Z\": month out of range"},
      {"2024-02-30T00:00:00Z", "parsing time \"2024-02-30T00:00:00Z\": day out of range"},
      {"2024-01-01T24:00:00Z", "parsing time \"2024-01-01T24:00:00Z\": hour out of range"},
      {"2024-01-01T00:60:00Z", "parsing time \"2024-01-01T00:60:00Z\": minute out of range"},
      {"2024-01-01T00:00:60Z", "parsing time \"2024-01-01T00:00:60Z\": second out of range"},
      {"2024-01-01 00:00:00Z",
       "parsing time \"2024-01-01 00:00:00Z\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \" 00:00:00Z\" as \"T\""},
      {"2024-01-01T00:00:00",
       "parsing time \"2024-01-01T00:00:00\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"Z07:00\""},
      {"2024-01-01T00:00:00Zx", "parsing time \"2024-01-01T00:00:00Zx\": extra text: \"x\""},
      {"2024-1-01T00:00:00Z",
       "parsing time \"2024-1-01T00:00:00Z\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"1-01T00:00:00Z\" as "
       "\"01\""},
      {"2024-00-01T00:00:00Z", "parsing time \"2024-00-01T00:00:00Z\": month out of range"},
      {"2024-01-00T00:00:00Z", "parsing time \"2024-01-00T00:00:00Z\": day out of range"},
      {"2024-01-32T00:00:00Z", "parsing time \"2024-01-32T00:00:00Z\": day out of range"},
      {"abcd", "parsing time \"abcd\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"abcd\" as \"2006\""},
      {"2024", "parsing time \"2024\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"-\""},
      {"2024-01-01T00:00:00.Z",
       "parsing time \"2024-01-01T00:00:00.Z\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \".Z\" as \"Z07:00\""},
      {"2024-01-01T00:00:00+0200",
       "parsing time \"2024-01-01T00:00:00+0200\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"+0200\" as "
       "\"Z07:00\""},
  };
  for (const Case& one : cases) {
    const auto time = ParseTime(one.text);
    ASSERT_FALSE(time.has_value()) << one.text;
    EXPECT_EQ(time.error(), one.wanted);
  }
}

TEST(GoTime, IsShownInWholeSecondsOfUtc) {
  EXPECT_EQ(FormatTime(*ParseTime("2024-02-29T23:59:59Z")), "2024-02-29T23:59:59Z");
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-01T00:00:00.999Z")), "2024-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-01T00:00:00,5Z")), "2024-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-01T00:00:00+02:00")), "2023-12-31T22:00:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-01T0:00:00Z")), "2024-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("0001-01-01T00:00:00Z")), "0001-01-01T00:00:00Z");
}

TEST(MicroTime, NeedsExactlySixDigits) {
  const std::vector<Case> cases = {
      {"2024-01-01T00:00:00Z",
       "parsing time \"2024-01-01T00:00:00Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"Z\" as "
       "\".000000\""},
      {"2024-01-01T00:00:00.123Z",
       "parsing time \"2024-01-01T00:00:00.123Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \".123Z\" as "
       "\".000000\""},
      {"2024-01-01T00:00:00.1234567Z",
       "parsing time \"2024-01-01T00:00:00.1234567Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"7Z\" as "
       "\"Z07:00\""},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(ParseMicroTime(one.text).error(), one.wanted);
  }
  EXPECT_EQ(FormatMicroTime(*ParseMicroTime("2024-01-01T00:00:00.000042+01:00")), "2023-12-31T23:00:00.000042Z");
}

}  // namespace
}  // namespace mock_kubeapi::decode
