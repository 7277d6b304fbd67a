// Two clients on one Secret at the same time, interleaved at every step in many ways.
#include <fmt/format.h>

#include "harness/fibers.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using Command = client::Command;
using harness::Scheduler;
using harness::StepPlan;
using std::chrono::milliseconds;

struct Racer {
  Command command;
  milliseconds start{0};
};

/// Runs both to their ends and returns their results.
std::vector<harness::RunResult> Race(World& world, const std::vector<Racer>& racers) {
  Scheduler scheduler(world.clock());
  std::vector<harness::RunResult> results(racers.size());
  const auto begin = world.clock().Now();
  for (std::size_t i = 0; i < racers.size(); ++i) {
    scheduler.Spawn(begin + racers[i].start, [&, i] {
      client::Config config = world.config();
      config.command = racers[i].command;
      StepPlan plan;
      results[i] = world.Run(config, plan, scheduler.waiter());
    });
  }
  scheduler.RunUntil(begin + std::chrono::hours(1));
  EXPECT_EQ(scheduler.running(), 0U) << "a run did not end within an hour";
  return results;
}

TEST(Race, RegisterJobAndCheckCronJobEndWithOneRegistrationAndAtMostOneUnusedAccount) {
  for (int offset = 0; offset <= 120; offset += 1) {
    SCOPED_TRACE(fmt::format("the check starts {} ms after the register", offset));
    World world({.seed = static_cast<std::uint64_t>(offset) + 1});
    const auto results =
        Race(world, {{.command = Command::kRegister}, {.command = Command::kCheck, .start = milliseconds(offset)}});
    for (const auto& result : results) EXPECT_EQ(result.exit_code(), 0) << result.log;
    EXPECT_TRUE(world.IsAccepted(TheAccount(world)));
    EXPECT_LE(world.registrations(), 2U);
    ExpectNoSecretInOutput(world);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Race, TwoChecksOfRejectedCredentialsEndWithOneRegistrationAndAtMostOneUnusedAccount) {
  for (int offset = 0; offset <= 2000; offset += 17) {
    SCOPED_TRACE(fmt::format("the second check starts {} ms after the first", offset));
    World world({.seed = static_cast<std::uint64_t>(offset) + 1});
    ASSERT_EQ(world.Run(Command::kRegister).exit_code(), 0);
    world.acme().database().DeleteAll();
    const auto results =
        Race(world, {{.command = Command::kCheck}, {.command = Command::kCheck, .start = milliseconds(offset)}});
    for (const auto& result : results) EXPECT_EQ(result.exit_code(), 0) << result.log;
    EXPECT_TRUE(world.IsAccepted(TheAccount(world)));
    EXPECT_LE(world.registrations(), 3U);
    ExpectNoSecretInOutput(world);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Race, ManyAtOnceStillEndWithOneRegistration) {
  World world;
  const auto results = Race(world, {{.command = Command::kRegister},
                                    {.command = Command::kCheck, .start = milliseconds(1)},
                                    {.command = Command::kRegister, .start = milliseconds(3)},
                                    {.command = Command::kCheck, .start = milliseconds(6)}});
  for (const auto& result : results) EXPECT_EQ(result.exit_code(), 0) << result.log;
  EXPECT_TRUE(world.IsAccepted(TheAccount(world)));
  EXPECT_LE(world.registrations(), 4U) << "one each at the most";
  ExpectNoSecretInOutput(world);
}

}  // namespace
}  // namespace scenarios
