// The proof that the simulator's checkers can fail: a client with one seeded mistake at a time is put before a
// campaign, and must be caught. Prints by which checker, and after how many simulated days.
#include "scenarios/mutants.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "mock_http/random.h"
#include "sim/fault_script.h"
#include "sim/world.h"

namespace scenarios {
namespace {

constexpr int kClusters = 2;
constexpr std::chrono::days kDays{60};

/// A small world of its number: the first ones have every kind of fault.
sim::WorldSpec WorldWithAll(int world) {
  return sim::DrawWorld(
      {.seed = 1, .world = world, .clusters = kClusters, .days = kDays, .profile = sim::Profile::kHostile});
}

/// Where Secrets go all the time, and hardly a run is alone: what else comes together once in decades.
sim::WorldSpec CrowdedWorld(int world) {
  sim::Rates rates{};
  rates.at(static_cast<std::size_t>(sim::FaultKind::kSecretDeleted)) = 30;
  rates.at(static_cast<std::size_t>(sim::FaultKind::kRunsInterleaved)) = 60;
  rates.at(static_cast<std::size_t>(sim::FaultKind::kKubeConflict)) = 10;
  sim::WorldSpec spec = WorldWithAll(world);
  mock_http::SeededRandom random(static_cast<std::uint64_t>(world));
  spec.script = sim::DrawScript(rates, {.clusters = kClusters, .days = kDays}, random);
  return spec;
}

/// Small worlds in a row, until one is violated.
Catch InSimulator() {
  constexpr int kWithAll = 16;
  constexpr int kCrowded = 8;
  for (int world = 0; world < kWithAll + kCrowded; ++world) {
    const sim::Report report = sim::PlayWorld(world < kWithAll ? WorldWithAll(world) : CrowdedWorld(world), {});
    if (report.violations.empty()) continue;
    const sim::Violation& first = report.violations.front();
    const double days = static_cast<double>(world * kDays.count()) + first.day;
    return {.checker = first.checker,
            .after = fmt::format("{:.0f} cluster-days", kClusters * days),
            .message = first.message};
  }
  return {.checker = {},
          .after = fmt::format("{} cluster-days", std::int64_t{kWithAll + kCrowded} * kClusters * kDays.count())};
}

class Mutants : public ::testing::TestWithParam<NamedMutant> {
 protected:
  static void SetUpTestSuite() { fmt::print("{:<32}{}\n", "mistake of the client", "caught in the simulator by"); }
};

TEST_P(Mutants, IsCaughtInACampaign) {
  const ActiveMutant active(GetParam().mutant);
  const Catch caught = InSimulator();
  fmt::print("{:<32}{} after {}\n", GetParam().mistake, caught.checker.empty() ? "nobody" : caught.checker,
             caught.after);
  EXPECT_NE(caught.checker, "") << "nobody notices";
}

INSTANTIATE_TEST_SUITE_P(Seeded, Mutants, ::testing::ValuesIn(kMutants),
                         [](const auto& mutant_info) { return mutant_info.param.name; });

TEST(NoMutant, HoldsEveryInvariantOfACampaign) {
  ASSERT_EQ(client::active_mutant, client::Mutant::kNone);
  const Catch caught = InSimulator();
  EXPECT_EQ(caught.checker, "") << caught.message << ", after " << caught.after;
}

}  // namespace
}  // namespace scenarios
