#include "mock_kubeapi/kinds/quantity.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

Quantity Q(const std::string& text) {
  const auto quantity = Quantity::Parse(text);
  EXPECT_TRUE(quantity.has_value()) << text;
  return quantity.value_or(Quantity{});
}

TEST(Quantity, IsTheSameHoweverItIsWritten) {
  EXPECT_EQ(Q("1"), Q("1000m"));
  EXPECT_EQ(Q("0.1"), Q("100m"));
  EXPECT_EQ(Q("1Ki"), Q("1024"));
  EXPECT_EQ(Q("1.5Gi"), Q("1536Mi"));
  EXPECT_EQ(Q("2e3"), Q("2k"));
  EXPECT_EQ(Q("1E"), Q("1000P"));
  EXPECT_EQ(Q("1E3"), Q("1000"));
  EXPECT_EQ(Q("0.000001"), Q("1u"));
  EXPECT_EQ(Q("1n"), Q("0.000000001"));
  EXPECT_EQ(Q("-1"), Q("-1000m"));
}

TEST(Quantity, IsOrdered) {
  EXPECT_LT(Q("100m"), Q("1"));
  EXPECT_LT(Q("-0.5"), Q("0"));
  EXPECT_LT(Q("-1"), Q("-0.5"));
  EXPECT_GT(Q("1Mi"), Q("1M"));
  EXPECT_LT(Q("7Ei"), Q("9Ei"));
}

TEST(Quantity, Adds) {
  EXPECT_EQ(Q("600m") + Q("500m"), Q("1.1"));
  EXPECT_EQ(Q("1Gi") + Q("1Mi"), Q("1025Mi"));
}

TEST(Quantity, KnowsWholeAmounts) {
  EXPECT_TRUE(Q("64Mi").IsWhole());
  EXPECT_FALSE(Q("100m").IsWhole());
  EXPECT_EQ(Q("1500m").WholeRoundedUp(), 2);
  EXPECT_EQ(Q("-1500m").WholeRoundedUp(), -1);
  EXPECT_EQ(Q("0.0001").Milli(), 1);
  EXPECT_EQ(Q("2").Milli(), 2000);
}

TEST(Quantity, RefusesOtherTexts) {
  for (const std::string text : {"", "m", ".", "1 Gi", "1gi", "1KiB", "e3", "1e", "--1", "1.2.3"}) {
    EXPECT_FALSE(Quantity::Parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mock_kubeapi
