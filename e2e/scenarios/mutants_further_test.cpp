// The same proof as mutants_test.cpp for the rest of the list, and that the checkers find nothing without a mistake.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/mutants_in_simulator.h"

namespace scenarios {
namespace {

class FurtherMutants : public ::testing::TestWithParam<NamedMutant> {
 protected:
  static void SetUpTestSuite() { fmt::print("{:<40}{}\n", "mistake of the client", "caught in the simulator by"); }
};

TEST_P(FurtherMutants, IsCaughtInACampaign) {
  const ActiveMutant active(GetParam().mutant);
  const Catch caught = InSimulator();
  fmt::print("{:<40}{} after {}\n", GetParam().mistake, caught.checker.empty() ? "nobody" : caught.checker,
             caught.after);
  EXPECT_NE(caught.checker, "") << "nobody notices";
}

INSTANTIATE_TEST_SUITE_P(Seeded, FurtherMutants, ::testing::ValuesIn(kFurtherMutants),
                         [](const auto& mutant_info) { return mutant_info.param.name; });

TEST(NoMutant, HoldsEveryInvariantOfACampaign) {
  ASSERT_EQ(client::active_mutant, client::Mutant::kNone);
  const Catch caught = InSimulator();
  EXPECT_EQ(caught.checker, "") << caught.message << ", after " << caught.after;
}

}  // namespace
}  // namespace scenarios
