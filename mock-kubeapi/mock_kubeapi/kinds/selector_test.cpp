#include "mock_kubeapi/kinds/selector.h"

#include <gtest/gtest.h>

namespace mock_kubeapi {
namespace {

const Json kLabels = {{"app", "x"}, {"tier", "front"}};

TEST(Selector, MatchesNothingWhenAbsentAndEverythingWhenEmpty) {
  const Json empty = Json::object();
  EXPECT_FALSE(SelectorMatches(nullptr, kLabels));
  EXPECT_TRUE(SelectorMatches(&empty, kLabels));
}

TEST(Selector, NeedsEveryTerm) {
  const auto matches = [](const char* text) {
    const Json selector = Json::parse(text);
    return SelectorMatches(&selector, kLabels);
  };
  EXPECT_TRUE(matches(R"({"matchLabels":{"app":"x","tier":"front"}})"));
  EXPECT_FALSE(matches(R"({"matchLabels":{"app":"x","tier":"back"}})"));
  EXPECT_TRUE(matches(R"({"matchExpressions":[{"key":"app","operator":"In","values":["y","x"]}]})"));
  EXPECT_FALSE(matches(R"({"matchExpressions":[{"key":"app","operator":"NotIn","values":["x"]}]})"));
  EXPECT_TRUE(matches(R"({"matchExpressions":[{"key":"none","operator":"NotIn","values":["x"]}]})"));
  EXPECT_TRUE(matches(R"({"matchExpressions":[{"key":"app","operator":"Exists"}]})"));
  EXPECT_FALSE(matches(R"({"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]})"));
}

TEST(Selector, IsShownAsKubectlAndAsGoShowIt) {
  const Json selector = Json::parse(
      R"({"matchLabels":{"b":"2","a":"1"},"matchExpressions":[{"key":"c","operator":"In","values":["y","x"]}]})");
  EXPECT_EQ(SelectorText(&selector), "a=1,b=2,c in (x,y)");
  EXPECT_EQ(SelectorText(nullptr), "<none>");
  EXPECT_EQ(SelectorGoText(selector),
            "v1.LabelSelector{MatchLabels:map[string]string{\"a\":\"1\", \"b\":\"2\"}, "
            "MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:\"c\", Operator:\"In\", "
            "Values:[]string{\"y\", \"x\"}}}}");
  EXPECT_EQ(SelectorGoText(Json::object()),
            "v1.LabelSelector{MatchLabels:map[string]string(nil), "
            "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}");
}

}  // namespace
}  // namespace mock_kubeapi
