#include "manifests/yaml_text.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <string>

#include <nlohmann/json.hpp>

#include "testing/fakes.h"

namespace client {
namespace {

using Json = nlohmann::ordered_json;

TEST(YamlText, IsWhatPeopleWrite) {
  const Json value = {{"apiVersion", "v1"},
                      {"data", {{"ca.crt", "line 1\n\n  line 2\n"}}},
                      {"items", {{{"name", "a"}, {"list", {1, "x"}}}, "text", Json::object(), Json::array({"y"})}},
                      {"empty", Json::array()}};
  EXPECT_EQ(YamlText(value),
            "apiVersion: v1\n"
            "data:\n"
            "  ca.crt: |\n"
            "    line 1\n"
            "\n"
            "      line 2\n"
            "items:\n"
            "- name: a\n"
            "  list:\n"
            "  - 1\n"
            "  - x\n"
            "- text\n"
            "- {}\n"
            "-\n"
            "  - \"y\"\n"
            "empty: []\n");
}

TEST(YamlText, KeepsTextThatLooksLikeSomethingElse) {
  for (const char* text :
       {"",     "true", "No",  "null", "~",  "1",  "0755",  "1e3",  "6 1 * * *", "2026-01-02", "a: b",
        "a #b", "- a",  "*a",  "&a",   "!a", "'a", "\"a",   "a\nb", "a\n",       "\n",         " a\n",
        "a:",   "[a]",  "{a}", "@a",   "%a", "`a", "12:30", ".5",   "ü",         "a\tb",       "https://x:8443/y",
        "a@b",  "/x",   "y",   "n",    "on"}) {
    const Json value = {{"key", {{"inner", text}}}, {"list", {text, {{"k", text}}}}};
    const YAML::Node read = YAML::Load(YamlText(value));
    EXPECT_EQ(read["key"]["inner"].Scalar(), text);
    EXPECT_EQ(read["list"][0].Scalar(), text);
    EXPECT_EQ(read["list"][1]["k"].Scalar(), text);
    // yaml-cpp tags quoted text "!": plain scalars that other parsers type must be quoted.
    const bool typed = std::string(text) == "true" || std::string(text) == "1" || std::string(text) == "null" ||
                       std::string(text) == "0755" || std::string(text) == "y";
    EXPECT_TRUE(!typed || read["key"]["inner"].Tag() == "!") << text;
  }
}

constexpr std::string_view kCharacters = " ab:#-\n'\"[{*&!|>%@`,?~1/";

/// A value of random form.
Json Grow(testing::SeededRandom& random, int depth) {
  const auto kind = random.Next() % (depth > 3 ? 3 : 5);
  if (kind == 0) return static_cast<int>(random.Next() % 100);
  if (kind == 1) return random.Next() % 2 == 0;
  if (kind == 2) {
    std::string text;
    for (auto length = random.Next() % 6; length > 0; --length) text += kCharacters[random.Next() % kCharacters.size()];
    return text;
  }
  Json value = kind == 3 ? Json::array() : Json::object();
  for (auto count = random.Next() % 4; count > 0; --count) {
    if (kind == 3) {
      value.push_back(Grow(random, depth + 1));
    } else {
      value["k" + std::to_string(count)] = Grow(random, depth + 1);
    }
  }
  return value;
}

void ExpectSame(const YAML::Node& read, const Json& value) {
  if (value.is_object()) {
    ASSERT_TRUE(read.IsMap());
    ASSERT_EQ(read.size(), value.size());
    for (const auto& [key, member] : value.items()) ExpectSame(read[key], member);
  } else if (value.is_array()) {
    ASSERT_TRUE(read.IsSequence());
    ASSERT_EQ(read.size(), value.size());
    for (std::size_t i = 0; i < value.size(); ++i) ExpectSame(read[i], value[i]);
  } else {
    EXPECT_EQ(read.Scalar(), value.is_string() ? value.get<std::string>() : value.dump());
  }
}

TEST(YamlText, ReadsBackAsItWas) {
  testing::SeededRandom random(11);
  for (int round = 0; round < 500; ++round) {
    const Json value = {{"root", Grow(random, 0)}};
    SCOPED_TRACE(value.dump());
    ExpectSame(YAML::Load(YamlText(value)), value);
  }
}

}  // namespace
}  // namespace client
