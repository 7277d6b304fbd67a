// The cycle itself: registration, check, invalidation, re-registration.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Command = client::Command;

class Cycle : public Scenario {};

TEST_F(Cycle, RegistersChecksAndReregistersAfterInvalidation) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  const AcmeDnsAccount first = TheAccount(world_);
  EXPECT_TRUE(world_.IsAccepted(first));

  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_EQ(TheAccount(world_), first);

  ASSERT_TRUE(world_.acme().database().ChangePassword(*mock_acmedns::Uuid::Parse(first.username)));
  EXPECT_FALSE(world_.IsAccepted(first));
  const auto check = Run(Command::kCheck);
  ASSERT_EQ(check.exit_code(), 0) << check.log;
  const AcmeDnsAccount second = TheAccount(world_);
  EXPECT_NE(second.username, first.username);
  EXPECT_TRUE(world_.IsAccepted(second));
  EXPECT_EQ(world_.registrations(), 2U);

  const Json summary = Json::parse(check.result->termination_message);
  EXPECT_THAT(summary["records"].dump(),
              HasSubstr("_acme-challenge.api.example.com. IN CNAME " + second.fulldomain + "."));
  EXPECT_THAT(check.log, HasSubstr("_acme-challenge.apps.example.com. IN CNAME " + second.fulldomain + "."));
}

TEST_F(Cycle, TheNewTextIsSeenThroughDns) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  world_.config().run.verify_dns = client::DnsCheck::kRequired;
  const auto check = Run(Command::kCheck);
  ASSERT_EQ(check.exit_code(), 0) << check.log;
  EXPECT_THAT(check.result->termination_message, HasSubstr("\"txtSeen\":true"));
}

TEST_F(Cycle, EventsTellOfRegistrationAndReregistration) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  world_.acme().database().DeleteAll();
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  std::map<std::string, std::string> message_by_reason;
  for (const Json& event : world_.kube().Events(world_.rights())) {
    EXPECT_EQ(event["involvedObject"]["name"], world_.rights().secret_name);
    message_by_reason[event["reason"]] = event["message"];
  }
  EXPECT_THAT(message_by_reason["Registered"], HasSubstr("IN CNAME"));
  EXPECT_THAT(message_by_reason["Reregistered"], HasSubstr(TheAccount(world_).fulldomain));
}

TEST_F(Cycle, RegisterOfARegisteredClientIsANoOp) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  const auto before = world_.kube().Secret(world_.rights());
  const std::size_t requests = world_.acme().endpoint().history().total();
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  EXPECT_EQ(world_.kube().Secret(world_.rights()), before);
  EXPECT_EQ(world_.acme().endpoint().history().total(), requests) << "register must not ask acme-dns";
}

TEST_F(Cycle, ReregisterReplacesValidCredentials) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  const AcmeDnsAccount first = TheAccount(world_);
  ASSERT_EQ(Run(Command::kReregister).exit_code(), 0);
  EXPECT_NE(TheAccount(world_), first);
  EXPECT_TRUE(world_.IsSettled());
}

TEST_F(Cycle, CheckOfAnUnregisteredClientRegisters) {
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_TRUE(world_.IsSettled());
  EXPECT_EQ(world_.registrations(), 1U);
}

TEST_F(Cycle, ReadOnlyProbeOverwritesNoText) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  const std::uint64_t updates = world_.acme().database().Accounts().at(0)->updates;
  world_.config().run.probe = client::ProbeMode::kReadOnly;
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_EQ(world_.acme().database().Accounts().at(0)->updates, updates);
  world_.acme().database().DeleteAll();
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_TRUE(world_.IsSettled());
}

TEST_F(Cycle, CnameThatPointsElsewhereIsToldAndFailsWhereItIsVerified) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  const AcmeDnsAccount account = TheAccount(world_);
  world_.config().run.verify_cname = true;
  EXPECT_EQ(Run(Command::kCheck).exit_code(), 6);
  auto& zones = world_.foreign_records();
  zones[{"_acme-challenge.api.example.com.", client::DnsType::kCname}] = account.fulldomain;
  zones[{"_acme-challenge.apps.example.com.", client::DnsType::kCname}] = "elsewhere.example.org";
  EXPECT_EQ(Run(Command::kCheck).exit_code(), 6);
  zones[{"_acme-challenge.apps.example.com.", client::DnsType::kCname}] = account.fulldomain;
  const auto check = Run(Command::kCheck);
  EXPECT_EQ(check.exit_code(), 0) << check.log;
}

class FirstSecret : public Scenario {};

TEST_F(FirstSecret, EmptySecretOfAnotherManagerKeepsWhatIsItsOwn) {
  const Json manifest = {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"metadata",
                          {{"name", world_.rights().secret_name},
                           {"labels", {{"app.kubernetes.io/managed-by", "argocd"}}},
                           {"annotations", {{"argocd.argoproj.io/sync-wave", "1"}}}}}};
  const std::string apply = SecretPath() + "?fieldManager=argocd-controller";
  ASSERT_EQ(Kube("PATCH", apply, manifest, "application/apply-patch+yaml").status, 201);
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  EXPECT_TRUE(world_.IsSettled());

  // Argo CD syncs again: the credentials stay, and no conflict arises.
  ASSERT_EQ(Kube("PATCH", apply, manifest, "application/apply-patch+yaml").status, 200);
  EXPECT_TRUE(world_.IsSettled());
  const auto secret = world_.kube().Secret(world_.rights());
  EXPECT_EQ((*secret)["metadata"]["labels"], manifest["metadata"]["labels"]);
  EXPECT_EQ((*secret)["metadata"]["annotations"], manifest["metadata"]["annotations"]);
}

TEST_F(FirstSecret, ForeignKeysAndLabelsSurviveEveryWrite) {
  ASSERT_EQ(Kube("POST", "/secrets",
                 {{"metadata", {{"name", world_.rights().secret_name}, {"labels", {{"team", "dns"}}}}},
                  {"stringData", {{"other.json", "{\"kept\": true}"}}}})
                .status,
            201);
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  ASSERT_EQ(Run(Command::kReregister).exit_code(), 0);
  const auto secret = world_.kube().Secret(world_.rights());
  EXPECT_EQ(harness::DecodedValue(*secret, "other.json"), "{\"kept\": true}");
  EXPECT_EQ((*secret)["metadata"]["labels"]["team"], "dns");
}

TEST_F(FirstSecret, BrokenContentIsKeptAside) {
  ASSERT_EQ(Kube("POST", "/secrets",
                 {{"metadata", {{"name", world_.rights().secret_name}}}, {"stringData", {{"acmedns.json", "{broken"}}}})
                .status,
            201);
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  EXPECT_TRUE(world_.IsSettled());
  EXPECT_EQ(harness::DecodedValue(*world_.kube().Secret(world_.rights()), "acmedns.json.unreadable"), "{broken");
}

class Fqdns : public Scenario {};

TEST_F(Fqdns, AnAddedOneTakesTheSharedRegistrationWithoutARequest) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  const AcmeDnsAccount account = TheAccount(world_);
  const auto requests = world_.acme().endpoint().history().total();
  world_.config().run.fqdns = {"api.example.com", "apps.example.com", "new.example.com"};
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  EXPECT_EQ(TheAccount(world_), account);
  EXPECT_EQ(world_.acme().endpoint().history().total(), requests);
}

TEST_F(Fqdns, ARemovedOneStaysUnlessPruned) {
  ASSERT_EQ(Run(Command::kRegister).exit_code(), 0);
  world_.config().run.fqdns = {"api.example.com"};
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_EQ(world_.Accounts().size(), 2U);
  world_.config().run.prune = true;
  ASSERT_EQ(Run(Command::kCheck).exit_code(), 0);
  EXPECT_EQ(world_.Accounts().size(), 1U);
  EXPECT_TRUE(world_.IsSettled());
}

class BasicAuth : public ::testing::Test {};

TEST_F(BasicAuth, IsSentToRegisterAndNowhereElse) {
  World world({.basic_auth = true});
  ASSERT_EQ(world.Run(Command::kRegister).exit_code(), 0);
  ASSERT_EQ(world.Run(Command::kCheck).exit_code(), 0);
  for (const auto& entry : world.acme().endpoint().history().entries()) {
    EXPECT_EQ(entry.request.headers.Has("Authorization"), entry.request.RawPath() == "/register");
  }
  ExpectNoSecretInOutput(world);
}

TEST_F(BasicAuth, AWrongPasswordIsAnErrorOfTheConfiguration) {
  World world({.basic_auth = true});
  world.config().acmedns.basic_auth->password = client::SecretText("not-the-password");
  const auto run = world.Run(Command::kRegister);
  EXPECT_TRUE(run.exit_code() == 2 || run.exit_code() == 5) << run.exit_code();
  EXPECT_EQ(world.kube().Secret(world.rights()), std::nullopt);
  EXPECT_THAT(run.log, HasSubstr("REG_PASSWORD"));
  EXPECT_THAT(run.log, Not(HasSubstr("not-the-password")));
}

}  // namespace
}  // namespace scenarios
