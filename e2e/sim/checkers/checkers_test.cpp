// Each checker finds what it is there for, and nothing in a run that is as it should be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/kube_fixture.h"
#include "sim/checkers/accounts_bounded.h"
#include "sim/checkers/credentials_kept.h"
#include "sim/checkers/foreign_data.h"
#include "sim/checkers/no_secret_in_output.h"
#include "sim/checkers/recovery.h"
#include "sim/checkers/run_budget.h"
#include "sim/checkers/secret_valid.h"
#include "sim/checkers/sometimes.h"

namespace sim {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Checkers : public ::testing::Test {
 protected:
  Checkers() {
    run_.command = client::Command::kCheck;
    run_.configured = {"a.example.com", "b.example.com"};
    run_.start = run_.end = clock_.Now();
    run_.deadline = std::chrono::minutes(5);
    run_.attempts = 5;
    run_.result = client::CommandResult{};
  }

  /// Makes an account at acme-dns, as an entry of acmedns.json.
  json Register() {
    const auto exchange = site_.acme().endpoint().Serve({.method = "POST", .target = "/register"});
    return json::parse(exchange.response.body);
  }

  static json Secret(const json& map, const json& further = json::object()) {
    json data = further;
    data["acmedns.json"] = harness::Base64(map.is_string() ? map.get<std::string>() : map.dump());
    return {{"metadata", {{"uid", "u"}}}, {"type", "Opaque"}, {"data", std::move(data)}};
  }

  Checker::Findings Write(Checker& checker, const std::optional<json>& before, const json& after) {
    Checker::Findings findings;
    checker.OnClientWrite({.run = run_, .before = before ? &*before : nullptr, .after = &after}, site_, findings);
    return findings;
  }
  Checker::Findings End(Checker& checker) {
    Checker::Findings findings;
    checker.OnRunEnd(run_, site_, findings);
    return findings;
  }

  mock_http::VirtualClock clock_;
  AcmeSite site_{clock_, 1, false};
  RunRecord run_;
};

TEST_F(Checkers, SecretValidWantsWhatCertManagerTakes) {
  SecretValid checker;
  const json account = Register();
  EXPECT_THAT(Write(checker, std::nullopt, Secret({{"a.example.com", account}})), IsEmpty());
  EXPECT_THAT(Write(checker, std::nullopt, Secret("{")), ElementsAre(HasSubstr("refuse")));
  EXPECT_THAT(Write(checker, std::nullopt, Secret({{"a.example.com", account}, {"x", 1}})),
              ElementsAre(HasSubstr("the entry of x is no object")));
  json incomplete = account;
  incomplete.erase("password");
  EXPECT_THAT(Write(checker, std::nullopt, Secret({{"a.example.com", incomplete}})),
              ElementsAre(HasSubstr("incomplete entry for a.example.com")));
}

TEST_F(Checkers, CredentialsKeptFindsALostRegistration) {
  CredentialsKept checker;
  const json held = Register();
  const json fresh = Register();
  const json before = Secret({{"a.example.com", held}});
  EXPECT_THAT(Write(checker, before, Secret({{"a.example.com", held}, {"b.example.com", held}})), IsEmpty());
  EXPECT_THAT(Write(checker, before, Secret({{"a.example.com", fresh}})), ElementsAre(HasSubstr("is replaced")));
  EXPECT_THAT(Write(checker, before, Secret(json::object())), ElementsAre(HasSubstr("is gone")));

  run_.command = client::Command::kReregister;
  EXPECT_THAT(Write(checker, before, Secret({{"a.example.com", fresh}})), IsEmpty());
}

TEST_F(Checkers, CredentialsKeptLetsWhatAcmeDnsHasForgottenGo) {
  CredentialsKept checker;
  const json held = Register();
  const json before = Secret({{"a.example.com", held}});
  site_.Backup();
  site_.Delete(held.at("username"));
  const json after = Secret({{"a.example.com", Register()}});
  EXPECT_THAT(Write(checker, before, after), IsEmpty());
  // Brought back in the middle of the run: nobody could know. Brought back before it: everybody could.
  EXPECT_TRUE(site_.Restore(0));
  EXPECT_THAT(Write(checker, before, after), IsEmpty());
  clock_.Advance(std::chrono::hours(1));
  run_.start = clock_.Now();
  EXPECT_THAT(Write(checker, before, after), ElementsAre(HasSubstr("is replaced")));
}

TEST_F(Checkers, CredentialsKeptLooksThroughADatabaseThatIsDown) {
  CredentialsKept checker;
  const json held = Register();
  const json fresh = Register();
  site_.SetDown(true);
  EXPECT_THAT(Write(checker, Secret({{"a.example.com", held}}), Secret({{"a.example.com", fresh}})),
              ElementsAre(HasSubstr("is replaced")));
}

TEST_F(Checkers, CredentialsKeptLetsPruneDropWhatIsNotConfigured) {
  CredentialsKept checker;
  const json held = Register();
  const json before = Secret({{"a.example.com", held}, {"old.example.com", held}});
  const json after = Secret({{"a.example.com", held}});
  EXPECT_THAT(Write(checker, before, after), ElementsAre(HasSubstr("old.example.com is gone")));
  run_.prune = true;
  EXPECT_THAT(Write(checker, before, after), IsEmpty());
}

TEST_F(Checkers, AccountsBoundedCountsWhatNobodyUses) {
  AccountsBounded checker;
  run_.made = {{.username = "used", .password = "p", .delivered = true}};
  run_.after.accounts["a.example.com"] = {.username = "used"};
  EXPECT_THAT(End(checker), IsEmpty());
  run_.made.push_back({.username = "lost", .password = "p", .delivered = false});
  EXPECT_THAT(End(checker), IsEmpty()) << "its answer was lost";
  run_.made.push_back({.username = "wasted", .password = "p", .delivered = true});
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("1 accounts were made, received and not used")));
  run_.result.reset();
  EXPECT_THAT(End(checker), IsEmpty()) << "killed";
  run_.made.push_back({.username = "wasted-too", .password = "p", .delivered = true});
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("2 accounts")));
}

TEST_F(Checkers, AccountsBoundedWantsOneNewAccountForOneOld) {
  AccountsBounded checker;
  run_.seen = {{"old", "password"}};
  run_.made = {{.username = "one", .delivered = true}, {.username = "two", .delivered = true}};
  run_.after.accounts["a.example.com"] = {.username = "one"};
  run_.after.accounts["b.example.com"] = {.username = "two"};
  EXPECT_THAT(End(checker), ElementsAre("2 new accounts in place of 1"));
}

TEST_F(Checkers, ForeignDataFindsWhatIsNotTheClients) {
  ForeignData checker;
  const json before = Secret(json::object(), {{"theirs", "eA=="}});
  json after = Secret({{"a.example.com", Register()}}, {{"theirs", "eA=="}, {"acmedns.json.unreadable", "eA=="}});
  EXPECT_THAT(Write(checker, before, after), IsEmpty());
  after["data"].erase("theirs");
  EXPECT_THAT(Write(checker, before, after), ElementsAre(HasSubstr("others' data")));
  after = before;
  after["metadata"]["labels"] = {{"team", "x"}};
  EXPECT_THAT(Write(checker, before, after), ElementsAre(HasSubstr("others' labels")));
}

TEST_F(Checkers, NoSecretInOutputFindsItPlainAndEncoded) {
  NoSecretInOutput checker;
  run_.own_secrets = {"the-pods-token"};
  run_.before.accounts["a.example.com"] = {.username = "u", .password = "the-password-of-a"};
  run_.log = "info acme-dns accepts the registration fulldomain=x.auth.example.net";
  EXPECT_THAT(End(checker), IsEmpty());
  run_.log = "debug password=the-password-of-a";
  EXPECT_THAT(End(checker), ElementsAre("the log shows a secret"));
  run_.log.clear();
  run_.result->termination_message = harness::Base64("the-pods-token");
  EXPECT_THAT(End(checker), ElementsAre("the termination message shows a secret in base64"));
  run_.result.reset();
  run_.event_bodies = {"the-password-of-a"};
  EXPECT_THAT(End(checker), ElementsAre("an Event shows a secret"));
}

TEST_F(Checkers, RunBudgetBoundsTimeAndRequests) {
  RunBudget checker;
  run_.end = run_.start + run_.deadline;
  run_.requests = 20;
  run_.questions = 90;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.end += std::chrono::seconds(3);
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("the run took 303000 ms")));
  run_.end = run_.start;
  run_.requests = 10'000;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("the run sent 10000 requests")));
  run_.requests = 0;
  run_.questions = 10'000;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("10000 questions")));
}

TEST_F(Checkers, RecoveryWantsEverythingValidAndShown) {
  RecoveryComplete checker;
  const auto recover = [&] {
    Checker::Findings findings;
    checker.OnRecovery({.run = run_, .fqdns = {"a.example.com"}}, site_, findings);
    return findings;
  };
  const json account = Register();
  run_.after = ReadSecret(nullptr);
  EXPECT_THAT(recover(), ElementsAre("a.example.com has no registration", "the Secret is absent"));
  const json secret = Secret({{"a.example.com", account}});
  run_.after = ReadSecret(&secret);
  EXPECT_THAT(recover(), IsEmpty());
  run_.stored_texts[account.at("username")] = std::string(43, 'x');
  EXPECT_THAT(recover(), ElementsAre("the text that was stored for a.example.com does not show in DNS"));
  run_.result->exit_code = 3;
  site_.LoseDatabase();
  EXPECT_THAT(recover(),
              ElementsAre("the check exits 3", "a.example.com has a registration that acme-dns does not hold"));
}

TEST(Sometimes, NamesWhatNeverHappened) {
  Report report;
  EXPECT_THAT(NeverSeen(report), ::testing::Contains("no fault acme-server-error has struck anything"));
  EXPECT_THAT(NeverSeen(report), ::testing::Contains("no run ended with: exit 6"));
  report.runs_by_outcome["exit 6"] = 1;
  EXPECT_THAT(NeverSeen(report), ::testing::Not(::testing::Contains("no run ended with: exit 6")));
}

}  // namespace
}  // namespace sim
