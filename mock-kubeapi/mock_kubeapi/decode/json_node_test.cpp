#include "mock_kubeapi/decode/json_node.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "mock_kubeapi/decode/text.h"

namespace mock_kubeapi::decode {
namespace {

using std::string_view_literals::operator""sv;

struct Case {
  std::string_view text;
  std::string_view wanted;  ///< the error, or the value as JSON
};

// What Go's encoding/json says of these texts.
TEST(ParseJson, FailsInGosWords) {
  const std::vector<Case> cases = {
      {""sv, "unexpected end of JSON input"},
      {"tru"sv, "invalid character ' ' in literal true (expecting 'e')"},
      {"{\"a\" 1}"sv, "invalid character '1' after object key"},
      {"{\"a\":1 2}"sv, "invalid character '2' after object key:value pair"},
      {"[1 2]"sv, "invalid character '2' after array element"},
      {"{a:1}"sv, "invalid character 'a' looking for beginning of object key string"},
      {"{\"a\":}"sv, "invalid character '}' looking for beginning of value"},
      {"[1,]"sv, "invalid character ']' looking for beginning of value"},
      {"{\"a\":1,}"sv, "invalid character '}' looking for beginning of object key string"},
      {"01"sv, "invalid character '1' after top-level value"},
      {"-"sv, "invalid character ' ' in numeric literal"},
      {"1."sv, "invalid character ' ' after decimal point in numeric literal"},
      {"1.x"sv, "invalid character 'x' after decimal point in numeric literal"},
      {"1e"sv, "invalid character ' ' in exponent of numeric literal"},
      {"1ex"sv, "invalid character 'x' in exponent of numeric literal"},
      {"nul"sv, "invalid character ' ' in literal null (expecting 'l')"},
      {"nulx"sv, "invalid character 'x' in literal null (expecting 'l')"},
      {"\"abc"sv, "unexpected end of JSON input"},
      {"\"a\\x\""sv, "invalid character 'x' in string escape code"},
      {"\"a\\u12g4\""sv, "invalid character 'g' in \\u hexadecimal character escape"},
      {"\"a\nb\""sv, "invalid character '\\n' in string literal"},
      {"'a'"sv, "invalid character '\\'' looking for beginning of value"},
      {"\xff"sv, "invalid character 'ÿ' looking for beginning of value"},
      {"{} x"sv, "invalid character 'x' after top-level value"},
      {"{}\x00"sv, "invalid character '\\x00' after top-level value"},
      {"[1e999]"sv, "json: cannot unmarshal number 1e999 into Go value of type float64"},
      {"é"sv, "invalid character 'Ã' looking for beginning of value"},
      {"-a"sv, "invalid character 'a' in numeric literal"},
      {"[-01]"sv, "invalid character '1' after array element"},
      {"{\"a\":1"sv, "unexpected end of JSON input"},
      {"  "sv, "unexpected end of JSON input"},
  };
  for (const Case& one : cases) {
    const auto value = ParseJson(one.text);
    ASSERT_FALSE(value.has_value()) << one.text;
    EXPECT_EQ(value.error(), one.wanted) << one.text;
  }
}

TEST(ParseJson, ReadsStringsAndNumbersAsGoDoes) {
  const std::vector<Case> cases = {
      {"\"\\ud800\""sv, "\"�\""},
      {"\"\\ud83d\\ude00\""sv, "\"😀\""},
      {"\"\\ud800\\u0041\""sv, "\"�A\""},
      {"\"\xff\""sv, "\"�\""},
      {"[1e-999]"sv, "[0]"},
      {"1.0", "1"},
      {"1e3", "1000"},
      {"-0", "0"},
      {"9223372036854775807", "9223372036854775807"},
      {"0.1", "0.1"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {R"("\b\f\n\r\t\/\"\\")", R"("\b\f\n\r\t/\"\\")"},
  };
  for (const Case& one : cases) {
    const auto value = ParseJson(one.text);
    ASSERT_TRUE(value.has_value()) << one.text << ": " << value.error();
    EXPECT_EQ(value->dump(), one.wanted) << one.text;
  }
}

TEST(ParseJson, RefusesTextsThatAreNestedTooDeep) {
  EXPECT_TRUE(ParseJson(std::string(kDepthMax, '[') + std::string(kDepthMax, ']')).has_value());
  EXPECT_EQ(ParseJson(std::string(100'000, '[')).error(), "exceeded max depth");
}

TEST(JsonNode, KeepsOrderDuplicatesAndNumberTexts) {
  const auto node = ParseNode(R"({"b":1.50,"a":2,"b":3})");
  ASSERT_TRUE(node.has_value());
  EXPECT_EQ(node->names, (std::vector<std::string>{"b", "a", "b"}));
  EXPECT_EQ(node->items[0].text, "1.50");
  EXPECT_EQ(node->Find("b")->text, "3");
  EXPECT_EQ(node->Find("c"), nullptr);
}

TEST(JsonNode, IsMadeOfValues) {
  const Json value = Json::parse(R"({"a":[null,true,1,2.5,"x"],"b":{}})");
  EXPECT_EQ(ToJson(FromJson(value)), value);
  EXPECT_EQ(NumberText(5.0), "5");
  EXPECT_EQ(NumberText(-7), "-7");
}

}  // namespace
}  // namespace mock_kubeapi::decode
