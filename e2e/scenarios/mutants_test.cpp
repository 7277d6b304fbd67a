// The proof that the simulator's checkers can fail: a client with one seeded mistake at a time is put before a
// campaign, and must be caught. Prints by which checker, and after how many simulated days.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/mutants_in_simulator.h"

namespace scenarios {
namespace {

class Mutants : public ::testing::TestWithParam<NamedMutant> {
 protected:
  static void SetUpTestSuite() { fmt::print("{:<40}{}\n", "mistake of the client", "caught in the simulator by"); }
};

TEST_P(Mutants, IsCaughtInACampaign) {
  const ActiveMutant active(GetParam().mutant);
  const Catch caught = InSimulator();
  fmt::print("{:<40}{} after {}\n", GetParam().mistake, caught.checker.empty() ? "nobody" : caught.checker,
             caught.after);
  EXPECT_NE(caught.checker, "") << "nobody notices";
}

INSTANTIATE_TEST_SUITE_P(Seeded, Mutants, ::testing::ValuesIn(kMutants),
                         [](const auto& mutant_info) { return mutant_info.param.name; });

}  // namespace
}  // namespace scenarios
