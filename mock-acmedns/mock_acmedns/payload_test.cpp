#include "mock_acmedns/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mock_acmedns/json_text.h"

namespace mock_acmedns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(JsonText, FindsTheEndOfAValue) {
  EXPECT_EQ(EndOfValue(" {\"a\": [1, {\"b\": null}]} x", 0), 24U);
  EXPECT_EQ(EndOfValue("-1.5e+3,", 0), 7U);
  EXPECT_EQ(EndOfValue("nullx", 0), 4U);
  EXPECT_EQ(EndOfValue("[ ]", 0), 3U);
}

TEST(JsonText, RefusesWhatIsNotJson) {
  for (const char* text : {"",         " ",       "{",         "[1,]",  "{\"a\":1,}", "{,}",       "{\"a\"}",
                           "{1:2}",    "-",       "1.",        ".5",    "1e",         "tru",       "'a'",
                           "\"\x01\"", "\"\\x\"", "\"\\u12\"", "\"abc", "[1 2]",      "{\"a\" 1}", "{\"a\":1 \"b\":2}",
                           "]"}) {
    EXPECT_EQ(EndOfValue(text, 0), std::nullopt) << text;
  }
}

TEST(JsonText, LimitsTheDepth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(EndOfValue(nested(10'000), 0));
  EXPECT_FALSE(EndOfValue(nested(10'001), 0));
}

TEST(JsonText, UnquotesAsGoDoes) {
  EXPECT_EQ(Unquote(R"("a\/\b\f\n\r\t\"\\A")"), "a/\b\f\n\r\t\"\\A");
  EXPECT_EQ(Unquote(R"("\u00e9\u20ac\ud83d\ude00")"), "é€😀");
  EXPECT_EQ(Unquote(R"("\ud83dx\ude00")"), "\xef\xbf\xbdx\xef\xbf\xbd");
  EXPECT_EQ(Unquote(R"("\ud83dA")"),
            "\xef\xbf\xbd"
            "A");
  EXPECT_EQ(Unquote("\"\xff\xc3\xa9\xed\xa0\x80\""), "\xef\xbf\xbdé\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(ReadWholeBody, TakesObjectsAndNull) {
  EXPECT_THAT(ReadWholeBody(R"({"allowfrom": ["10.0.0.0/8", "::/0"], "x": {"y": [1]}})")->allow_from,
              ElementsAre("10.0.0.0/8", "::/0"));
  EXPECT_THAT(ReadWholeBody(" null\n")->allow_from, IsEmpty());
  EXPECT_THAT(ReadWholeBody(R"({"allowfrom": null})")->allow_from, IsEmpty());
}

TEST(ReadWholeBody, RefusesOtherValuesTypesAndText) {
  for (const char* body : {" ", "[]", "8", "true", "\"x\"", "{} x", "{}{}", R"({"allowfrom": "x"})",
                           R"({"allowfrom": [8]})", R"({"allowfrom": {}})", R"({"txt": 5})", R"({"password": []})",
                           R"({"username": "bob"})", R"({"username": 5})"}) {
    EXPECT_FALSE(ReadWholeBody(body)) << body;
  }
  EXPECT_TRUE(ReadWholeBody(R"({"username": null, "txt": null})"));
}

TEST(ReadWholeBody, MatchesKeysWithoutRegardToCaseAndTheLastCounts) {
  EXPECT_THAT(ReadWholeBody(R"({"ALLOWFROM": ["a"], "AllowFrom": ["b", "c"]})")->allow_from, ElementsAre("b", "c"));
  EXPECT_THAT(ReadWholeBody(R"({"allow\u0066rom": ["a"]})")->allow_from, ElementsAre("a"));
  EXPECT_EQ(ReadWholeBody("{\"\u017fubdomain\": \"x\"}")->subdomain, "x") << "U+017F folds to s";
  EXPECT_EQ(ReadWholeBody(R"({"sub_domain": "x"})")->subdomain, "");
}

TEST(ReadWholeBody, DecodesAListOverTheOneBefore) {
  EXPECT_THAT(ReadWholeBody(R"({"allowfrom": ["a", "b"], "allowfrom": [null]})")->allow_from, ElementsAre("a"));
  EXPECT_THAT(ReadWholeBody(R"({"allowfrom": ["a", "b"], "allowfrom": ["c"], "allowfrom": ["d", null]})")->allow_from,
              ElementsAre("d", "b"));
  EXPECT_THAT(ReadWholeBody(R"({"allowfrom": ["a"], "allowfrom": [], "allowfrom": [null]})")->allow_from,
              ElementsAre(""));
}

TEST(ReadFirstValue, GoesOnBehindAWrongType) {
  const Payload payload = ReadFirstValue(R"({"txt": 5, "username": 7, "subdomain": "s"} trailing)");
  EXPECT_EQ(payload.subdomain, "s");
  EXPECT_EQ(payload.txt, "");
}

TEST(ReadFirstValue, StopsAtAUsernameThatIsNoUuid) {
  EXPECT_EQ(ReadFirstValue(R"({"subdomain": "s", "username": "bob", "txt": "t"})").txt, "");
  EXPECT_EQ(ReadFirstValue(R"({"subdomain": "s", "txt": "t", "username": "bob"})").txt, "t");
  EXPECT_EQ(ReadFirstValue(R"({"username": "c36f50e8-4632-44f0-83fe-e070fef28a10", "txt": "t"})").txt, "t");
}

TEST(ReadFirstValue, ReadsNothingFromBadSyntax) {
  EXPECT_EQ(ReadFirstValue(R"({"subdomain": "s", "txt": "t",})").subdomain, "");
  EXPECT_EQ(ReadFirstValue(R"({"subdomain": "s")").subdomain, "");
  EXPECT_EQ(ReadFirstValue("").subdomain, "");
}

}  // namespace
}  // namespace mock_acmedns
