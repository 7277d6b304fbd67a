#include "mock_kubeapi/validation/label_selector.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi::validation {
namespace {

std::string ErrorsOf(const Json& selector) {
  return AggregateText(ValidateLabelSelector(selector, "spec.selector"));
}

Json Requirement(const Json& requirement) {
  return {{"matchExpressions", Json::array({requirement})}};
}

TEST(LabelSelector, MayBeEmptyOrFull) {
  EXPECT_TRUE(ValidateLabelSelector(Json::object(), "s").empty());
  EXPECT_TRUE(ValidateLabelSelector({{"matchLabels", {{"example.com/a", "b"}}},
                                     {"matchExpressions",
                                      {{{"key", "a"}, {"operator", "In"}, {"values", {"b", ""}}},
                                       {{"key", "a"}, {"operator", "Exists"}}}}},
                                    "s")
                  .empty());
}

TEST(LabelSelector, ChecksOperatorsAgainstTheirValues) {
  EXPECT_EQ(ErrorsOf(Requirement({{"key", "a"}, {"operator", "In"}})),
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or "
            "'NotIn'");
  EXPECT_EQ(ErrorsOf(Requirement({{"key", "a"}, {"operator", "Exists"}, {"values", {"b"}}})),
            "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or "
            "'DoesNotExist'");
  EXPECT_EQ(ErrorsOf(Requirement({{"key", "a"}, {"operator", "Like"}})),
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator");
}

TEST(LabelSelector, ChecksKeysAndValues) {
  const FieldErrors errors = ValidateLabelSelector(
      {{"matchLabels", {{"bad key", "not ok!"}}},
       {"matchExpressions", {{{"key", "-"}, {"operator", "NotIn"}, {"values", {"ok", "not ok!"}}}}}},
      "s");
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_EQ(errors[0].field, "s.matchLabels");
  EXPECT_EQ(errors[0].bad_value, "bad key");
  EXPECT_EQ(errors[1].field, "s.matchLabels");
  EXPECT_EQ(errors[2].field, "s.matchExpressions[0].key");
  EXPECT_EQ(errors[3].field, "s.matchExpressions[0].values[1]");
}

}  // namespace
}  // namespace mock_kubeapi::validation
