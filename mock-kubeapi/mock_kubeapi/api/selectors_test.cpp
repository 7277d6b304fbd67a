#include "mock_kubeapi/api/selectors.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

std::string LabelComplaint(std::string_view text) {
  const auto selector = LabelSelector::Parse(text);
  return selector ? std::string() : selector.error();
}
std::string FieldComplaint(std::string_view text) {
  const auto selector = FieldSelector::Parse(text);
  return selector ? std::string() : selector.error();
}

TEST(LabelSelector, SaysWhatItCannotRead) {
  EXPECT_EQ(LabelComplaint("a=b"), "");
  EXPECT_EQ(LabelComplaint("a=b,"), "found '', expected: identifier after ','");
  EXPECT_EQ(LabelComplaint("!a=b"), "found '=', expected: ',' or 'end of string'");
  EXPECT_EQ(LabelComplaint("a>b"),
            "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be "
            "an integer");
  const std::string key = LabelComplaint("a/b/c=x");
  EXPECT_TRUE(key.starts_with("unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a qualified name must"))
      << key;
}

TEST(FieldSelector, SaysWhatItCannotRead) {
  EXPECT_EQ(FieldComplaint("metadata.name=x"), "");
  EXPECT_EQ(FieldComplaint("metadata.name=x\\,y"), "");
  EXPECT_EQ(FieldComplaint("x"), "invalid selector: 'x'; can't understand 'x'");
  EXPECT_EQ(FieldComplaint("a=x=y"), "invalid field selector: unescaped character in value: 61");
  EXPECT_EQ(FieldComplaint("a=x\\y"), "invalid field selector: invalid escape sequence: \\y");
  EXPECT_EQ(FieldComplaint("a=x\\"), "invalid field selector: invalid escape sequence: \\");
}

TEST(FieldSelector, HasItsTermsInOrderOfTheirText) {
  const auto selector = FieldSelector::Parse("metadata.name=b,metadata.name=a");
  ASSERT_TRUE(selector);
  EXPECT_EQ(selector->ExactMatch("metadata.name"), "a");
}

}  // namespace
}  // namespace mock_kubeapi
