// Every step of every command fails in turn, in every way, before and after its effect; then the world is whole again
// after one check. At no moment is the Secret something that cert-manager refuses.
#include <fmt/format.h>

#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using Command = client::Command;
using harness::StepFault;
using harness::StepPlan;

enum class Start { kNothing, kRegistered, kInvalidated };

struct Case {
  Command command;
  Start start;
  const char* name;
};

/// Names the parameter in ctest's list.
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

void Prepare(World& world, Start start) {
  if (start == Start::kNothing) return;
  ASSERT_EQ(world.Run(Command::kRegister).exit_code(), 0);
  if (start == Start::kInvalidated) world.acme().database().DeleteAll();
}

class EachStep : public ::testing::TestWithParam<Case> {
 protected:
  /// Plays one run with the plan's faults and then one check without; what must hold in between and afterwards.
  static void Play(const StepPlan& plan, const std::string& what) {
    SCOPED_TRACE(what);
    const Case& c = GetParam();
    World world;
    Prepare(world, c.start);
    const auto before = world.Accounts();
    const std::uint64_t registered = world.registrations();

    const auto run = world.Run(c.command, plan);
    const auto after = world.Accounts();  // fails the test when cert-manager would refuse them
    for (const auto& [fqdn, account] : before) {
      ASSERT_TRUE(after.contains(fqdn)) << "an entry is lost";
      if (c.command == Command::kReregister || !world.IsAccepted(account)) continue;
      EXPECT_EQ(after.at(fqdn), account) << "credentials that acme-dns accepts were replaced\n" << run.log;
    }
    // A lost reply to /register may be followed by another try, so each fault may cost one account.
    const bool needs_account = c.start != Start::kRegistered || c.command == Command::kReregister;
    EXPECT_LE(world.registrations() - registered, (needs_account ? 1U : 0U) + (needs_account ? run.faults_fired : 0U))
        << run.log;

    const auto check = world.Run(Command::kCheck);
    EXPECT_EQ(check.exit_code(), 0) << check.log;
    EXPECT_TRUE(world.IsSettled());
    EXPECT_LE(world.registrations() - registered, (needs_account ? 1U : 0U) + (needs_account ? run.faults_fired : 0U))
        << "the recovery made more accounts than the fault explains\n"
        << check.log;
    ExpectNoSecretInOutput(world);
  }

  static std::size_t StepsWithoutFaults() {
    World world;
    Prepare(world, GetParam().start);
    return world.Run(GetParam().command).steps;
  }
};

constexpr std::array kFaults = {StepFault::kLostRequest, StepFault::kLostReply,  StepFault::kServerError,
                                StepFault::kErrorAfter,  StepFault::kKillBefore, StepFault::kKillAfter};

TEST_P(EachStep, FailsInTurnAndOneCheckHealsEverything) {
  const std::size_t steps = StepsWithoutFaults();
  ASSERT_GE(steps, 1U);
  for (std::size_t step = 0; step < steps; ++step) {
    for (const StepFault fault : kFaults) Play(StepPlan(step, fault), fmt::format("step {} {}", step, Name(fault)));
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(OfCommand, EachStep,
                         ::testing::Values(Case{Command::kRegister, Start::kNothing, "RegisterFirst"},
                                           Case{Command::kRegister, Start::kRegistered, "RegisterAgain"},
                                           Case{Command::kCheck, Start::kNothing, "CheckOfNothing"},
                                           Case{Command::kCheck, Start::kRegistered, "CheckOfValid"},
                                           Case{Command::kCheck, Start::kInvalidated, "CheckOfRejected"},
                                           Case{Command::kReregister, Start::kRegistered, "ReregisterValid"},
                                           Case{Command::kReregister, Start::kInvalidated, "ReregisterRejected"}),
                         [](const auto& case_info) { return case_info.param.name; });

}  // namespace
}  // namespace scenarios
