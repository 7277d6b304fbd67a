// All pairs of disturbances, and what others do in between: thousands of cases.
#include <gtest/gtest.h>

#include "scenarios/crash_points_expect.h"

namespace scenarios {
namespace {

class CrashPointsAtLength : public ::testing::TestWithParam<Situation> {};

TEST_P(CrashPointsAtLength, EveryPairOfStrikesIsHealedByOneCheck) {
  CrashPoints points(GetParam());
  ExpectNoFindings(points, EachPairOfStrikes, "pairs of strikes");
}

TEST_P(CrashPointsAtLength, OthersCanActBeforeEveryStep) {
  CrashPoints points(GetParam());
  ExpectNoFindings(points, EachOutside, "others' acts and outages");
}

INSTANTIATE_TEST_SUITE_P(Of, CrashPointsAtLength, ::testing::ValuesIn(Situations()),
                         [](const auto& situation_info) { return situation_info.param.name; });

}  // namespace
}  // namespace scenarios
