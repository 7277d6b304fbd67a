#include "mock_http/random.h"

#include <gtest/gtest.h>

#include <array>
#include <regex>
#include <set>

namespace mock_http {
namespace {

TEST(SeededRandom, GivesThePublishedSplitMix64Sequence) {
  SeededRandom random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317U);
  EXPECT_EQ(random.Next(), 3203168211198807973U);
}

TEST(Random, DrawsEveryValueBelowTheBound) {
  SeededRandom random(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) ++seen.at(random.Below(6));
  for (const int count : seen) EXPECT_GT(count, 800);
}

TEST(Random, DrawsUnitsBetweenZeroAndOne) {
  SeededRandom random(1);
  for (int i = 0; i < 1000; ++i) {
    const double unit = random.Unit();
    EXPECT_GE(unit, 0);
    EXPECT_LT(unit, 1);
  }
}

TEST(RandomUuid, IsAVersion4Uuid) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = RandomUuid(random);
    EXPECT_TRUE(
        std::regex_match(uuid, std::regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")))
        << uuid;
    EXPECT_TRUE(seen.insert(uuid).second);
  }
}

}  // namespace
}  // namespace mock_http
