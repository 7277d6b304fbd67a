// The same proof for the checkers of the crash points (invariants.h): each seeded mistake must be caught at one of
// them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "scenarios/crash_points.h"
#include "scenarios/mutants.h"

namespace scenarios {
namespace {

Catch AtCrashPoints() {
  std::size_t cases = 0;
  std::optional<Catch> caught;
  const auto visit = [&](const Case&, const Played& played) {
    ++cases;
    if (!played.findings.empty()) {
      caught = Catch{.checker = played.findings.front().checker, .after = fmt::format("{} cases", cases)};
    }
    return !caught;
  };
  for (const Situation& situation : Situations()) {
    CrashPoints points(situation);
    EachStrike(points, visit);
    if (!caught) EachOutside(points, visit);
    if (caught) return *caught;
    cases += 2;
    if (const auto finding = FindLockstep(situation)) {
      return {.checker = finding->checker, .after = fmt::format("{} cases", cases)};
    }
  }
  return {.checker = {}, .after = fmt::format("{} cases", cases)};
}

class MutantsAtCrashPoints : public ::testing::TestWithParam<NamedMutant> {
 protected:
  static void SetUpTestSuite() { fmt::print("{:<32}{}\n", "mistake of the client", "caught at crash points by"); }
};

TEST_P(MutantsAtCrashPoints, AreCaught) {
  const ActiveMutant active(GetParam().mutant);
  const Catch caught = AtCrashPoints();
  fmt::print("{:<32}{} after {}\n", GetParam().mistake, caught.checker.empty() ? "nobody" : caught.checker,
             caught.after);
  EXPECT_NE(caught.checker, "") << "nobody notices";
}

INSTANTIATE_TEST_SUITE_P(Seeded, MutantsAtCrashPoints, ::testing::ValuesIn(kMutants),
                         [](const auto& mutant_info) { return mutant_info.param.name; });

TEST(NoMutant, HoldsEveryInvariantAtCrashPoints) {
  ASSERT_EQ(client::active_mutant, client::Mutant::kNone);
  CrashPoints points(Situations().front());
  EachStrike(points, [](const Case& played, const Played& result) {
    EXPECT_TRUE(result.findings.empty()) << Describe(played, result.steps);
    return true;
  });
}

}  // namespace
}  // namespace scenarios
