// Each single disturbance; what takes longer is in crash_points_pairs_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/crash_points_expect.h"

namespace scenarios {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class CrashPoint : public ::testing::TestWithParam<Situation> {};

TEST_P(CrashPoint, EveryStepCanFailInEveryWay) {
  CrashPoints points(GetParam());
  ExpectNoFindings(points, EachStrike, "strikes");
}

TEST_P(CrashPoint, AStrikeBeyondTheLastStepIsNone) {
  CrashPoints points(GetParam());
  const Played without = points.Play({});
  ASSERT_THAT(without.findings, IsEmpty());
  EXPECT_EQ(without.fired, 0U);
  for (const harness::StepFault fault : FaultsOf(harness::StepKind::kAcmeDns)) {
    const Played beyond = points.Play({.strikes = {{.step = without.steps.size(), .fault = fault}}, .outside = {}});
    EXPECT_EQ(beyond.fired, 0U);
    ASSERT_THAT(beyond.findings, IsEmpty());
    ASSERT_THAT(beyond.steps, SizeIs(without.steps.size()));
    for (std::size_t i = 0; i < without.steps.size(); ++i) {
      EXPECT_EQ(beyond.steps[i].kind, without.steps[i].kind);
      EXPECT_EQ(beyond.steps[i].fault, harness::StepFault::kNone);
    }
  }
}

TEST_P(CrashPoint, ClientsThatFailTogetherComeBackApart) {
  const auto finding = FindLockstep(GetParam());
  EXPECT_FALSE(finding) << finding->message;
}

INSTANTIATE_TEST_SUITE_P(Of, CrashPoint, ::testing::ValuesIn(Situations()),
                         [](const auto& situation_info) { return situation_info.param.name; });

}  // namespace
}  // namespace scenarios
