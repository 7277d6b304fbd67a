#include "mock_kubeapi/decode/yaml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "mock_kubeapi/decode/text.h"

namespace mock_kubeapi::decode {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Case {
  std::string_view text;
  std::string_view wanted;        ///< the error, or the value as JSON
  std::string_view strict_error;  ///< of duplicate keys
};

// What sigs.k8s.io/yaml (go-yaml v2) makes of these texts.
TEST(Yaml, IsReadByTheRulesOfGoYaml) {
  const std::vector<Case> cases = {
      {"", "null", ""},
      {"a: 1\nb: yes\nc: off\nd: 0644\ne: 0o17\nf: 0x1F\ng: 1_000\nh: 1.50\ni: .5\nj: 1e3\nk: ~\nl: null\nm: "
       "2001-01-01\nn: \"yes\"\no: 08\np: '1'\nq: +1\nr: -0x10\ns: 0b11\nt: 12:30:45\nu: .inf2\nv: 1.0\nw: y\n",
       "{\"a\":1,\"b\":true,\"c\":false,\"d\":420,\"e\":15,\"f\":31,\"false\":\"yes\",\"g\":1000,\"h\":1.5,\"i\":0.5,"
       "\"j\":1000,\"k\":null,\"l\":null,\"m\":\"2001-01-01\",\"o\":8,\"p\":\"1\",\"q\":1,\"r\":-16,\"s\":3,\"t\":\"12:"
       "30:45\",\"u\":\".inf2\",\"v\":1,\"w\":true}",
       ""},
      {"a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n", "{\"a\":{\"b\":1},\"c\":{\"b\":1},\"d\":{\"b\":1,\"e\":2}}", ""},
      {"a: 1\na: 2\n", "{\"a\":2}", "yaml: unmarshal errors:\n  line 2: key \"a\" already set in map"},
      {"x:\n  a: 1\n  a:\n    b: 2\n", "{\"x\":{\"a\":{\"b\":2}}}",
       "yaml: unmarshal errors:\n  line 4: key \"a\" already set in map"},
      {"1: a\ntrue: b\n1.5: c\n", "{\"1\":\"a\",\"1.5\":\"c\",\"true\":\"b\"}", ""},
      {"- a\n- b\n", "[\"a\",\"b\"]", ""},
      {"--- \na: 1\n---\nb: 2\n", "{\"a\":1}", ""},
      {"---\n", "null", ""},
      {"a: !!str 5\n", "{\"a\":\"5\"}", ""},
      {"a: !!binary aGVsbG8=\n", "{\"a\":\"hello\"}", ""},
      {"a: !!float 1\n", "{\"a\":1}", ""},
      {"a: ! 5\n", "{\"a\":\"5\"}", ""},
      {"a: !custom 5\n", "{\"a\":\"5\"}", ""},
      {"a: |\n  x\n  y\nb: >\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\\n\"}", ""},
      {"{\"a\": 1, \"b\": [true, null]}", "{\"a\":1,\"b\":[true,null]}", ""},
      {"%YAML 1.1\n---\na: 1\n", "{\"a\":1}", ""},
      {"a: \"\\x41\\u263a\"\n", "{\"a\":\"A☺\"}", ""},
      {"<<: {a: 1}\na: 2\n", "{\"a\":2}", "yaml: unmarshal errors:\n  line 2: key \"a\" already set in map"},
      {"a: 2\n<<: {a: 1}\n", "{\"a\":1}", "yaml: unmarshal errors:\n  line 2: key \"a\" already set in map"},
      {"<<: [{a: 1}, {a: 2, b: 3}]\n", "{\"a\":1,\"b\":3}",
       "yaml: unmarshal errors:\n  line 1: key \"a\" already set in map"},
      {"a: {<<: {b: 1}, \"<<\": 3}\n", "{\"a\":{\"<<\":3,\"b\":1}}", ""},
  };
  for (const Case& one : cases) {
    const auto document = ReadYaml(one.text);
    ASSERT_TRUE(document.has_value()) << one.text << ": " << document.error();
    EXPECT_EQ(ToJson(document->value).dump(), one.wanted) << one.text;
    const std::string strict = document->duplicates.empty() ? "" : StrictYamlError(document->duplicates);
    EXPECT_EQ(strict, one.strict_error.empty() ? "" : "error converting YAML to JSON: " + std::string(one.strict_error))
        << one.text;
  }
}

TEST(Yaml, IsRefusedInTheWordsOfGoYaml) {
  const std::vector<Case> cases = {
      {"a: .nan\n", "json: unsupported value: NaN", ""},
      {"a: [1, 2\n", "yaml: line 1: did not find expected ',' or ']'", ""},
      {"kind: [unclosed", "yaml: line 1: did not find expected ',' or ']'", ""},
      {"a: b: c\n", "yaml: mapping values are not allowed in this context", ""},
      {"\tx: 1\n", "yaml: found character that cannot start any token", ""},
      {"a: 'x\n", "yaml: line 2: found unexpected end of stream", ""},
      {"a: *nope\n", "yaml: unknown anchor 'nope' referenced", ""},
      {"a: !!int abc\n", "yaml: cannot decode !!str `abc` as a !!int", ""},
      {"a: &x [*x]\n", "yaml: anchor 'x' value contains itself", ""},
      {"@x", "yaml: found character that cannot start any token", ""},
      {"a:\n- b\n c: d\n", "yaml: line 3: mapping values are not allowed in this context", ""},
      {"a: @b\n", "yaml: found character that cannot start any token", ""},
      {"<<: 5\n", "yaml: map merge requires map or sequence of maps as the value", ""},
  };
  for (const Case& one : cases) {
    const auto document = ReadYaml(one.text);
    ASSERT_FALSE(document.has_value()) << one.text << ToJson(document->value);
    EXPECT_EQ(document.error(), one.wanted) << one.text;
  }
  EXPECT_THAT(ReadYaml("null: a").error(), HasSubstr("Unsupported map key"));
  EXPECT_THAT(ReadYaml("? [a]\n: b\n").error(), HasSubstr("invalid map key"));
}

TEST(Yaml, WithAliasesThatMultiplyIsRefused) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) {
      text += (j == 0 ? "*a" : ",*a") + std::to_string(i - 1);
    }
    text += "]\n";
  }
  EXPECT_EQ(ReadYaml(text).error(), "yaml: document contains excessive aliasing");
}

TEST(Yaml, NestedTooDeepIsRefused) {
  EXPECT_FALSE(ReadYaml(std::string(100'000, '[')).has_value());
}

TEST(ParseYaml, TellsOfDuplicatesAndTakesTheLast) {
  const auto parsed = ParseYaml("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->value.dump(), R"({"a":3,"b":{"c":2}})");
  EXPECT_THAT(parsed->duplicates,
              ElementsAre(R"(line 2: key "c" already set in map)", R"(line 3: key "a" already set in map)"));
  EXPECT_EQ(ParseYaml("kind: [unclosed").error(),
            "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'");
}

}  // namespace
}  // namespace mock_kubeapi::decode
