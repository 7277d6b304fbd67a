#include "mock_kubeapi/merge/path_element.h"

#include <gtest/gtest.h>

namespace mock_kubeapi::merge {
namespace {

using E = PathElement;

TEST(PathElement, IsWrittenAsInFieldsV1AndReadAgain) {
  const struct {
    PathElement element;
    const char* serialized;
    const char* text;
  } cases[] = {
      {E::Field("data"), "f:data", ".data"},
      {E::Field("acmedns.json"), "f:acmedns.json", ".acmedns.json"},
      {E::Field(""), "f:", "."},
      {E::Key({{"name", "main"}}), R"(k:{"name":"main"})", R"([name="main"])"},
      {E::Key({{"protocol", "TCP"}, {"containerPort", 80}}), R"(k:{"containerPort":80,"protocol":"TCP"})",
       R"([containerPort=80,protocol="TCP"])"},
      {E::Key({{"a", true}, {"b", nullptr}}), R"(k:{"a":true,"b":null})", "[a=true,b=null]"},
      {E::Value("example.com/a"), R"(v:"example.com/a")", R"([="example.com/a"])"},
      {E::Value(3), "v:3", "[=3]"},
      {E::Index(7), "i:7", "[7]"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.element.Serialized(), c.serialized);
    EXPECT_EQ(c.element.Text(), c.text);
    const auto parsed = PathElement::Parse(c.serialized);
    ASSERT_TRUE(parsed.has_value() && parsed->has_value()) << c.serialized;
    EXPECT_EQ(**parsed, c.element);
  }
}

TEST(PathElement, RefusesWhatIsMalformed) {
  for (const char* text : {"", "f", "data", R"(k:[])", "k:{", "v:", "v:nope", "i:", "i:x", "i:1x"}) {
    EXPECT_FALSE(PathElement::Parse(text).has_value()) << text;
  }
  EXPECT_EQ(PathElement::Parse("data").error(), "missing colon: data");
  EXPECT_EQ(PathElement::Parse("f").error(), "key must be 2 characters long:");
}

TEST(PathElement, IgnoresKindsOfAFutureVersion) {
  const auto parsed = PathElement::Parse("z:new");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_FALSE(parsed->has_value());
}

TEST(PathElement, OrdersFieldsBeforeKeysBeforeValuesBeforePositions) {
  const std::vector<PathElement> ordered = {
      E::Field("a"), E::Field("b"), E::Key({{"name", "a"}}), E::Key({{"name", "b"}}), E::Key({{"x", "a"}}), E::Value(1),
      E::Value(2.5), E::Value("a"), E::Value("b"),           E::Value(false),         E::Value(true),       E::Index(1),
      E::Index(2),   E::Index(10),
  };
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      EXPECT_EQ(ordered[i] < ordered[j], i < j) << i << " " << j;
      EXPECT_EQ(ordered[i] == ordered[j], i == j) << i << " " << j;
    }
  }
}

TEST(PathElement, TakesANumberForItselfHoweverItIsWritten) {
  EXPECT_EQ(E::Key({{"port", 80}}), E::Key({{"port", 80.0}}));
  EXPECT_EQ(CompareValues(Json(80U), Json(80)), std::strong_ordering::equal);
  EXPECT_EQ(CompareValues(Json(-1), Json(1U)), std::strong_ordering::less);
}

TEST(CompareValues, OrdersEveryKindOfValue) {
  const std::vector<Json> ordered = {Json(1),
                                     Json("x"),
                                     Json(true),
                                     Json::parse("[1]"),
                                     Json::parse("[1,2]"),
                                     Json::parse("[2]"),
                                     Json::parse(R"({"a":1})"),
                                     Json::parse(R"({"a":2})"),
                                     Json::parse(R"({"b":0})"),
                                     Json()};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      EXPECT_EQ(CompareValues(ordered[i], ordered[j]) < 0, i < j) << ordered[i] << " " << ordered[j];
    }
  }
}

}  // namespace
}  // namespace mock_kubeapi::merge
