#include "conformance/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mock_http::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kFirst = "11111111-1111-4111-8111-111111111111";
constexpr const char* kSecond = "22222222-2222-4222-8222-222222222222";

std::vector<std::string> Compare(const std::string& want, const std::string& got, Mode mode = Mode::kExact) {
  Bindings bindings;
  return Differences(Json::parse(want), Json::parse(got), mode, bindings, "");
}

TEST(Bindings, BindsOnePlaceholderToOneValue) {
  Bindings bindings;
  EXPECT_TRUE(bindings.Match("<uuid#1>", kFirst));
  EXPECT_TRUE(bindings.Match("pod <uuid#1> of <uuid#2>", std::string("pod ") + kFirst + " of " + kSecond));
  EXPECT_FALSE(bindings.Match("<uuid#1>", kSecond));
  EXPECT_FALSE(bindings.Match("<uuid#3>", kFirst)) << "two placeholders must not stand for one value";
  EXPECT_TRUE(bindings.Match("<uuid#3>", "33333333-3333-4333-8333-333333333333"));
}

TEST(Bindings, BindsNothingWhenAPartDoesNotFit) {
  Bindings bindings;
  EXPECT_FALSE(bindings.Match("<uuid#1> and <uuid#1>", std::string(kFirst) + " and " + kSecond));
  EXPECT_TRUE(bindings.Match("<uuid#1>", kSecond));
}

TEST(Bindings, TellsResourceVersionsFromUuids) {
  Bindings bindings;
  EXPECT_TRUE(bindings.Match("<rv#1>", "42"));
  EXPECT_TRUE(bindings.Match("too old resource version: <rv#1> (<rv#2>)", "too old resource version: 42 (77)"));
  EXPECT_FALSE(bindings.Match("<rv#2>", "42"));
  EXPECT_FALSE(bindings.Match("<uuid#1>", "42"));
  EXPECT_FALSE(bindings.Match("<rv#9>", ""));
}

TEST(Bindings, ComparesTextsWithoutPlaceholdersAsTheyAre) {
  Bindings bindings;
  EXPECT_TRUE(bindings.Match("<name>", "<name>"));
  EXPECT_FALSE(bindings.Match("<rv#>", "1"));
}

TEST(Differences, ExactWantsTheWholeValue) {
  EXPECT_THAT(Compare(R"({"a": [1, {"b": null}]})", R"({"a": [1, {"b": null}]})"), IsEmpty());
  EXPECT_THAT(Compare(R"({"a": 1})", R"({"a": 1, "b": 2})"), ElementsAre("/b: not expected: 2"));
  EXPECT_THAT(Compare(R"({"a": 1, "b": 2})", R"({"a": 1})"), ElementsAre("/b: missing, want 2"));
  EXPECT_THAT(Compare(R"({"a": [1, 2]})", R"({"a": [1]})"), ElementsAre("/a: 1 items, want 2"));
  EXPECT_THAT(Compare(R"({"a": 1})", R"({"a": true})"), ElementsAre("/a: got true, want 1"));
  EXPECT_THAT(Compare("1", "1.0"), IsEmpty());
}

TEST(Differences, ContainsAllowsMoreKeysAndItemsInAnyOrder) {
  EXPECT_THAT(Compare(R"({"a": [{"b": 1}]})", R"({"a": [{"c": 2}, {"b": 1, "x": 0}], "y": 1})", Mode::kContains),
              IsEmpty());
  EXPECT_THAT(Compare(R"({"a": [{"b": 1}]})", R"({"a": [{"b": 2}]})", Mode::kContains),
              ElementsAre(R"(/a: no item like {"b":1})"));
}

TEST(Differences, MatchesPlaceholdersWithinKeys) {
  const std::string want = R"({"k:{\"uid\":\"<uuid#1>\"}": {"f": 1}})";
  const std::string got = std::string(R"({"k:{\"uid\":\")") + kFirst + R"(\"}": {"f": 1}})";
  EXPECT_THAT(Compare(want, got), IsEmpty());
}

TEST(Normaliser, ReplacesVolatileValues) {
  Variables variables;
  variables.Set("ns", "conf-1");
  variables.Set("sub", "abcdef12-3456");
  const Normaliser normaliser(variables, true);
  EXPECT_EQ(normaliser.Text("at 2024-01-01T00:00:00Z and 2024-01-01T00:00:00.123+01:00, not 2024-01-01T00:00:00"),
            "at <time> and <time>, not 2024-01-01T00:00:00");
  EXPECT_EQ(normaliser.Text("abcdef12-3456 ABCDEF12-3456 abcdef123456 in conf-1"),
            "<saved sub> <saved sub upper> <saved sub nodash> in ${ns}");
  const Json body = Json::parse(R"({"password": "0123456789012345678901234567890123456789", "token": "a.b.c",
    "continue": "x", "resourceVersion": "2024", "generateName": "job-", "name": "job-x7", "list": [{"token": "no"}]})");
  EXPECT_EQ(normaliser.Value(body), Json::parse(R"({"password": "<password>", "token": "<token>",
    "continue": "<continue>", "resourceVersion": "2024", "generateName": "job-", "name": "job-<suffix>",
    "list": [{"token": "no"}]})"));
}

TEST(Scenario, SubstitutesSavedValues) {
  Variables variables;
  variables.Set("user", "ab-cd");
  variables.Set("count", 3);
  EXPECT_EQ(SubstituteText("${user}/${user:upper}/${user:nodash}/${A*4}/${none}/${-*2}/${count}", variables),
            "ab-cd/AB-CD/abcd/AAAA/${none}/--/3");
  EXPECT_EQ(Substitute(Json::parse(R"({"${user}": ["${user}", 1]})"), variables),
            Json::parse(R"({"ab-cd": ["ab-cd", 1]})"));
}

TEST(Scenario, FindsAndDropsByPointer) {
  Json document = Json::parse(R"({"a/b": [{"x": 1, "y": 2}, {"x": 3}], "c": 4})");
  ASSERT_NE(AtPointer(document, "/a~1b/1/x"), nullptr);
  EXPECT_EQ(*AtPointer(document, "/a~1b/1/x"), 3);
  EXPECT_EQ(AtPointer(document, "/a~1b/2"), nullptr);
  Drop(document, "/a~1b/*/x");
  Drop(document, "/c");
  Drop(document, "/none/there");
  EXPECT_EQ(document, Json::parse(R"({"a/b": [{"y": 2}, {}]})"));
}

TEST(CompareAnswer, ReadsStatusHeadersAndAnswers) {
  Bindings bindings;
  const Json seen = {{"status", 404}, {"headers", {{"allow", "GET"}, {"vary", "Origin"}}}, {"text", "no\n"}};
  EXPECT_THAT(
      CompareAnswer({{"status", 404}, {"headers", {{"allow", "GET"}}}, {"text", "no\n"}}, seen, Mode::kExact, bindings),
      IsEmpty());
  EXPECT_THAT(CompareAnswer({{"status", 200}, {"body", {{"a", 1}}}}, seen, Mode::kExact, bindings), SizeIs(2));
  EXPECT_THAT(CompareAnswer({{"status", 404}, {"body", {{"a", 1}}}}, seen, Mode::kStatus, bindings), IsEmpty());
  const Json answers = {{"answers", Json::array({seen})}};
  EXPECT_THAT(CompareAnswer({{"answers", Json::array({Json{{"status", 200}}})}}, answers, Mode::kExact, bindings),
              ElementsAre(HasSubstr("/status: got 404, want 200")));
  EXPECT_THAT(CompareAnswer({{"answers", Json::array()}}, answers, Mode::kExact, bindings),
              ElementsAre("/answers: 1, want 0"));
}

}  // namespace
}  // namespace mock_http::conformance
