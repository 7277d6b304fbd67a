// What must not cost working credentials: databases that are down, proxies, networks, missing rights.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using ::testing::HasSubstr;
using Command = client::Command;

class Unavailable : public Scenario {
 protected:
  void SetUp() override {
    ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
    account_ = TheAccount(world_);
    before_ = world_.kube().Secret(world_.rights());
  }
  void ExpectUntouched() {
    EXPECT_EQ(world_.kube().Secret(world_.rights()), before_);
    EXPECT_EQ(world_.registrations(), 1U);
  }
  void ExpectRecovery() {
    world_.acme().endpoint().faults().Clear();
    world_.kube().endpoint().faults().Clear();
    const auto run = Run(Command::kCheck);
    EXPECT_EQ(run.exit_code(), 0) << run.log;
    EXPECT_EQ(TheAccount(world_), account_);
    EXPECT_TRUE(world_.IsSettled());
  }
  void AcmeFault(mock_http::FaultAction action, mock_http::FaultMatch match = {}) {
    world_.acme().endpoint().faults().Put({.id = "", .match = std::move(match), .action = std::move(action)});
  }
  void KubeFault(mock_http::FaultAction action, mock_http::FaultMatch match = {}) {
    world_.kube().endpoint().faults().Put({.id = "", .match = std::move(match), .action = std::move(action)});
  }

  AcmeDnsAccount account_;
  std::optional<Json> before_;
};

TEST_F(Unavailable, A401WhileTheDatabaseIsDownForSomeSecondsCostsNothing) {
  // Down for the first three tries, then up again: not one re-registration.
  const auto back = world_.clock().Now() + std::chrono::seconds(20);
  world_.acme().database().SetState(mock_acmedns::DatabaseState::kDown);
  const int observer = world_.clock().AddObserver([&] {
    if (world_.clock().Now() >= back) world_.acme().database().SetState(mock_acmedns::DatabaseState::kUp);
  });
  const auto run = Run(Command::kCheck);
  world_.clock().RemoveObserver(observer);
  EXPECT_EQ(run.exit_code(), 0) << run.log;
  ExpectUntouched();
}

TEST_F(Unavailable, A401ForAsLongAsTheDatabaseIsDownChangesNoCredentials) {
  world_.acme().database().SetState(mock_acmedns::DatabaseState::kDown);
  for (int night = 0; night < 3; ++night) {
    const auto run = Run(Command::kCheck);
    EXPECT_NE(run.exit_code(), 0) << "nothing can be registered while the database is down";
    EXPECT_EQ(TheAccount(world_), account_);
    world_.clock().Advance(std::chrono::hours(24));
  }
  world_.acme().database().SetState(mock_acmedns::DatabaseState::kUp);
  ExpectRecovery();
  EXPECT_EQ(world_.registrations(), 1U) << "not one re-registration";
}

TEST_F(Unavailable, A401OfAProxyIsNoRejection) {
  AcmeFault({.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}}, {.path = "/update"});
  const auto run = Run(Command::kCheck);
  EXPECT_EQ(run.exit_code(), 2) << run.log;
  ExpectUntouched();
  ExpectRecovery();
}

TEST_F(Unavailable, ARedirectIsNotFollowed) {
  AcmeFault({.status = 301, .headers = {{"Location", "https://elsewhere.example.org/update"}}});
  const auto run = Run(Command::kCheck);
  EXPECT_EQ(run.exit_code(), 2) << run.log;
  EXPECT_THAT(run.log, HasSubstr("elsewhere.example.org"));
  ExpectUntouched();
  ExpectRecovery();
}

TEST_F(Unavailable, NoUsefulAnswerOfAcmeDnsIsExit3) {
  const std::vector<mock_http::FaultAction> actions = {{.status = 500},
                                                       {.status = 503, .retry_after = "2"},
                                                       {.status = 429, .retry_after = "1"},
                                                       {.status = 200, .body = "<html>welcome</html>"},
                                                       {.drop = true},
                                                       {.after_effect = true, .drop = true},
                                                       {.garbage = true},
                                                       {.truncate_body_at = 5},
                                                       {.delay = std::chrono::seconds(60)}};
  for (const auto& action : actions) {
    AcmeFault(action);
    const auto run = Run(Command::kCheck);
    EXPECT_EQ(run.exit_code(), 3) << run.log;
    ExpectUntouched();
    ExpectRecovery();
  }
}

TEST_F(Unavailable, RetryAfterIsHonoured) {
  AcmeFault({.status = 429, .retry_after = "7"}, {.times = 1});
  const auto start = world_.clock().Now();
  EXPECT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_GE(world_.clock().Now() - start, std::chrono::seconds(7));
  ExpectUntouched();
}

TEST_F(Unavailable, ReregisterOnFailureDoesAsTheShellScriptsSaid) {
  world_.config().run.reregister_on = client::ReregisterOn::kFailure;
  AcmeFault({.status = 502}, {.path = "/update", .times = 5});
  const auto run = Run(Command::kCheck);
  EXPECT_EQ(run.exit_code(), 0) << run.log;
  EXPECT_TRUE(world_.IsSettled());
}

TEST_F(Unavailable, KubernetesApiThatRefusesOrIsDownIsExit4) {
  for (const auto& action : std::vector<mock_http::FaultAction>{
           {.status = 500}, {.status = 503, .retry_after = "1"}, {.status = 403}, {.drop = true}, {.garbage = true}}) {
    KubeFault(action);
    const auto run = Run(Command::kCheck);
    EXPECT_EQ(run.exit_code(), 4) << run.log;
    world_.kube().endpoint().faults().Clear();
    ExpectUntouched();
    ExpectRecovery();
  }
}

TEST_F(Unavailable, MissingRightsAreNamedWithTheirRemedy) {
  world_.kube().RevokeRights(world_.rights());
  const auto run = Run(Command::kCheck);
  EXPECT_EQ(run.exit_code(), 4);
  EXPECT_THAT(run.log, HasSubstr("get"));
  EXPECT_THAT(run.log, HasSubstr("secrets"));
  ExpectUntouched();
  world_.kube().GrantRights(world_.rights());
  ExpectRecovery();
}

TEST_F(Unavailable, MissingRightsForEventsAreNoError) {
  KubeFault({.status = 403}, {.path = "*/events"});
  EXPECT_EQ(Run(Command::kReregister).exit_code(), 0);
  EXPECT_TRUE(world_.IsSettled());
}

TEST_F(Unavailable, ATokenThatIsRotatedMidRunIsReadAgain) {
  // The token that the process has read is refused from the first request on; the file holds a fresh one.
  int requests = 0;
  const auto refuse_old = [&](const harness::Step& step) {
    if (step.kind == harness::StepKind::kKubernetes && requests++ == 0) {
      const Json body = {{"kind", "Status"},         {"apiVersion", "v1"},        {"status", "Failure"},
                         {"reason", "Unauthorized"}, {"message", "Unauthorized"}, {"code", 401}};
      KubeFault({.status = 401, .body = body.dump(), .content_type = "application/json"}, {.times = 1});
      world_.token_file().Replace(world_.kube().IssueToken(world_.rights()));
    }
    return harness::StepFault::kNone;
  };
  const auto run = Run(Command::kCheck, harness::StepPlan(refuse_old));
  EXPECT_EQ(run.exit_code(), 0) << run.log;
  ExpectUntouched();
}

TEST_F(Unavailable, ADeletedAccountIsReregisteredOnce) {
  world_.acme().database().DeleteAll();
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_TRUE(world_.IsSettled());
  EXPECT_EQ(world_.registrations(), 2U);
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_EQ(world_.registrations(), 2U);
}

TEST_F(Unavailable, DnsThatFailsWarnsOrFailsAsConfigured) {
  world_.acme().dns_faults().Put({.id = "", .match = {}, .action = {.rcode = 2}});
  EXPECT_EQ(Run(Command::kCheck).exit_code(), 0);
  world_.config().run.verify_dns = client::DnsCheck::kRequired;
  EXPECT_EQ(Run(Command::kCheck).exit_code(), 6);
  world_.acme().dns_faults().Clear();
  world_.acme().dns_faults().Put({.id = "", .match = {}, .action = {.stale_txt = true}});
  EXPECT_EQ(Run(Command::kCheck).exit_code(), 6);
  world_.acme().dns_faults().Clear();
  world_.acme().dns_faults().Put({.id = "", .match = {}, .action = {.txt_delay = std::chrono::seconds(3)}});
  const auto late = Run(Command::kCheck);
  EXPECT_EQ(late.exit_code(), 0) << late.log;
  world_.acme().dns_faults().Clear();
  ExpectRecovery();
}

}  // namespace
}  // namespace scenarios
