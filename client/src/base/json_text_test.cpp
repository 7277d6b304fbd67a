#include "base/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseJson, GivesTheValue) {
  const auto value = ParseJson(R"( {"a": [1, "]}{["]} )");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(*value, nlohmann::json({{"a", {1, "]}{["}}}));
}

TEST(ParseJson, RefusesWhatIsNoSingleValue) {
  for (const char* text : {"", "  ", "{", "{} x", "{}{}", "nul", "{'a': 1}", "[1,]", "\"\xff\"", "1e999"}) {
    const auto value = ParseJson(text);
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().kind, ErrorKind::kMalformed) << text;
  }
}

TEST(ParseJson, NeverQuotesTheText) {
  const auto value = ParseJson(R"({"password": "hunter2" "x"})");
  ASSERT_FALSE(value.has_value());
  EXPECT_THAT(value.error().message, Not(HasSubstr("hunter2")));
}

TEST(ParseJson, RefusesDepthThatWouldExhaustTheStack) {
  const std::string deep(1'000'000, '[');
  EXPECT_THAT(ParseJson(deep).error().message, HasSubstr("deep"));
  const std::string most = std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']');
  EXPECT_TRUE(ParseJson(most).has_value());
}

TEST(DumpJson, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(DumpJson({{"path", "/a\xff"}}), "{\"path\":\"/a\xef\xbf\xbd\"}");
}

TEST(FindMember, PrefersTheExactNameAndThenIgnoresCase) {
  const auto object = nlohmann::json::parse(R"({"Key": 1, "key": 2})");
  EXPECT_EQ(*FindMember(object, "key"), 2);
  EXPECT_EQ(*FindMember(object, "KEY"), 1);
  EXPECT_EQ(FindMember(object, "other"), nullptr);
  EXPECT_EQ(FindMember(nlohmann::json(1), "key"), nullptr);
}

TEST(StringMember, IsEmptyForAbsentMembersAndOtherTypes) {
  const auto object = nlohmann::json::parse(R"({"a": "x", "b": 1})");
  EXPECT_EQ(StringMember(object, "a"), "x");
  EXPECT_EQ(StringMember(object, "b"), "");
  EXPECT_EQ(StringMember(object, "c"), "");
  EXPECT_EQ(StringMember(nlohmann::json::array(), "a"), "");
}

}  // namespace
}  // namespace client
