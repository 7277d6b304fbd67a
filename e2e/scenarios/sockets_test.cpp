// The cycle on real sockets: the client as a process, TLS, HTTP and DNS on the wire.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "harness/socket_world.h"

namespace scenarios {
namespace {

using harness::AcmeDnsAccount;
using harness::Json;
using harness::SocketWorld;
using mock_http::Fault;
using ::testing::HasSubstr;

class OverSockets : public ::testing::Test {
 protected:
  void TearDown() override { ExpectNoSecretInOutput(world_); }

  static void ExpectNoSecretInOutput(SocketWorld& world) {
    const std::string output = world.AllOutput();
    for (const std::string& secret : world.Secrets()) {
      EXPECT_EQ(output.find(secret), std::string::npos) << "a secret shows in what came out";
      EXPECT_EQ(output.find(harness::Base64(secret)), std::string::npos) << "a secret shows in base64";
    }
  }

  /// The credentials that both names share.
  AcmeDnsAccount TheAccount() {
    const auto accounts = world_.Accounts();
    if (!accounts.contains("api.example.com") || !accounts.contains("apps.example.com")) {
      ADD_FAILURE() << "an entry is missing";
      return {};
    }
    EXPECT_EQ(accounts.at("api.example.com"), accounts.at("apps.example.com"));
    return accounts.at("api.example.com");
  }
  void ExpectEnds(int exit_code, const std::vector<std::string>& arguments) {
    const auto run = world_.Run(arguments);
    EXPECT_EQ(run.exit_code, exit_code) << run.errors;
  }
  void Invalidate(const AcmeDnsAccount& account) {
    world_.acme().Locked([&](mock_acmedns::AcmeDns& acme) {
      EXPECT_TRUE(acme.database().ChangePassword(*mock_acmedns::Uuid::Parse(account.username)));
    });
  }

  SocketWorld world_;
};

TEST_F(OverSockets, RegistersChecksAndReregistersWithTheTextSeenThroughDns) {
  ExpectEnds(0, {"register", "--verify-dns", "required"});
  const AcmeDnsAccount first = TheAccount();
  ExpectEnds(0, {"check", "--verify-dns", "required"});
  EXPECT_EQ(TheAccount(), first);

  Invalidate(first);
  ExpectEnds(0, {"check", "--verify-dns", "required"});
  const AcmeDnsAccount second = TheAccount();
  EXPECT_NE(second.username, first.username);
  EXPECT_TRUE(world_.IsSettled());
  EXPECT_EQ(world_.registrations(), 2U);
  EXPECT_THAT(world_.TerminationMessage(), HasSubstr(second.fulldomain));

  std::string reasons;
  for (const Json& event : world_.kube().Events(world_.rights())) {
    reasons += event["reason"].get<std::string>() + " ";
  }
  EXPECT_THAT(reasons, HasSubstr("Registered"));
  EXPECT_THAT(reasons, HasSubstr("Reregistered"));
}

TEST_F(OverSockets, ASecretOfAnotherManagerKeepsItsKeysAndLabels) {
  const auto made =
      world_.kube().Ask({.method = "POST",
                         .path = "/api/v1/namespaces/cert-manager/secrets",
                         .body = {{"metadata", {{"name", world_.rights().secret_name}, {"labels", {{"team", "dns"}}}}},
                                  {"stringData", {{"other.json", "{}"}}}}});
  ASSERT_EQ(made.status, 201);
  ExpectEnds(0, {"register"});
  ExpectEnds(0, {"reregister"});
  EXPECT_TRUE(world_.IsSettled());
  const auto secret = world_.kube().Secret(world_.rights());
  EXPECT_EQ(harness::DecodedValue(*secret, "other.json"), "{}");
  EXPECT_EQ((*secret)["metadata"]["labels"]["team"], "dns");
}

TEST_F(OverSockets, TwoProcessesAtOnceEndWithOneRegistrationAndAtMostOneUnusedAccount) {
  const auto job = world_.Start({"register"});
  const auto cron_job = world_.Start({"check"});
  const auto first = world_.Wait(*job);
  const auto second = world_.Wait(*cron_job);
  EXPECT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_EQ(second.exit_code, 0) << second.errors;
  TheAccount();
  EXPECT_TRUE(world_.IsSettled());
  EXPECT_LE(world_.registrations(), 2U);
}

TEST_F(OverSockets, A401WhileTheDatabaseIsDownChangesNoCredentials) {
  ExpectEnds(0, {"register"});
  const AcmeDnsAccount before = TheAccount();
  world_.acme().Locked(
      [](mock_acmedns::AcmeDns& acme) { acme.database().SetState(mock_acmedns::DatabaseState::kDown); });
  ExpectEnds(3, {"check"});
  EXPECT_EQ(TheAccount(), before);
  world_.acme().Locked([](mock_acmedns::AcmeDns& acme) { acme.database().SetState(mock_acmedns::DatabaseState::kUp); });
  ExpectEnds(0, {"check"});
  EXPECT_EQ(TheAccount(), before);
  EXPECT_EQ(world_.registrations(), 1U);
}

TEST_F(OverSockets, ARefusedTokenIsExit4AndAFreshOneWorks) {
  ExpectEnds(0, {"register"});
  world_.ReplaceToken("no-token-of-this-cluster");
  ExpectEnds(4, {"check"});
  world_.ReplaceToken(world_.kube().IssueToken(world_.rights()));
  ExpectEnds(0, {"check"});
  EXPECT_TRUE(world_.IsSettled());
}

TEST_F(OverSockets, SigtermEndsARunThatWaitsWithNothingHalfWritten) {
  world_.PutAcmeFault({.match = {.path = "/register"}, .action = {.delay = std::chrono::minutes(5)}});
  const auto program = world_.Start({"register"});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (world_.KubeRequests() == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  ASSERT_GT(world_.KubeRequests(), 0U) << "waited 20 s for the client's first request";
  program->Signal(SIGTERM);
  EXPECT_EQ(world_.Wait(*program).exit_code, 128 + SIGTERM);
  EXPECT_TRUE(world_.Accounts().empty());
  world_.ClearFaults();
  ExpectEnds(0, {"check"});
  EXPECT_TRUE(world_.IsSettled());
}

enum class Server { kAcmeDns, kKubernetes };
enum class Way { kBefore, kAfter };

struct BrokenConnection {
  Server server;
  Way way;
  const char* name;
};

void PrintTo(const BrokenConnection& broken, std::ostream* out) {
  *out << broken.name;
}

class Connection : public OverSockets, public ::testing::WithParamInterface<BrokenConnection> {};

TEST_P(Connection, BreaksAtEachRequestOfARegisterAndOneCheckHealsEverything) {
  const auto& [server, way, name] = GetParam();
  const auto requests = [&] { return server == Server::kAcmeDns ? world_.AcmeRequests() : world_.KubeRequests(); };
  ExpectEnds(0, {"register"});
  const std::uint64_t count = requests();
  ASSERT_GE(count, 1U);
  for (std::uint64_t number = 0; number < count; ++number) {
    SCOPED_TRACE(fmt::format("request {}", number));
    SocketWorld world;
    Fault fault{.match = {.skip = number, .times = 1}, .action = {.after_effect = way == Way::kAfter, .drop = true}};
    server == Server::kAcmeDns ? world.PutAcmeFault(std::move(fault)) : world.PutKubeFault(std::move(fault));
    world.Run({"register"});
    world.Accounts();  // fails the test when cert-manager would refuse them
    const auto check = world.Run({"check"});
    EXPECT_EQ(check.exit_code, 0) << check.errors;
    EXPECT_TRUE(world.IsSettled());
    EXPECT_LE(world.registrations(), 2U) << "more accounts than the fault explains";
    ExpectNoSecretInOutput(world);
  }
}

INSTANTIATE_TEST_SUITE_P(To, Connection,
                         ::testing::Values(BrokenConnection{Server::kAcmeDns, Way::kBefore, "AcmeDnsBefore"},
                                           BrokenConnection{Server::kAcmeDns, Way::kAfter, "AcmeDnsAfter"},
                                           BrokenConnection{Server::kKubernetes, Way::kBefore, "KubernetesBefore"},
                                           BrokenConnection{Server::kKubernetes, Way::kAfter, "KubernetesAfter"}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace scenarios
