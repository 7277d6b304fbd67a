// Each checker finds what it is there for, and nothing in a run that is as it should be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "sim/checkers/accounts_bounded.h"
#include "sim/checkers/announced.h"
#include "sim/checkers/backs_off.h"
#include "sim/checkers/checkers_fixture.h"
#include "sim/checkers/credentials_kept.h"
#include "sim/checkers/foreign_data.h"
#include "sim/checkers/honest_exit.h"
#include "sim/checkers/no_secret_in_output.h"
#include "sim/checkers/proven_before_written.h"
#include "sim/checkers/recovery.h"
#include "sim/checkers/rejection_confirmed.h"
#include "sim/checkers/run_budget.h"
#include "sim/checkers/secret_valid.h"
#include "sim/checkers/sometimes.h"
#include "sim/checkers/start_spread.h"
#include "sim/checkers/unreadable_kept.h"

namespace sim {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

TEST_F(Checkers, AccountsBoundedTakesWhatWasOnceWrittenForUsed) {
  AccountsBounded checker;
  run_.made = {{.username = "written", .password = "p", .delivered = true}};
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("1 accounts")));
  run_.written_users = {"written"};  // and then replaced by somebody's backup
  EXPECT_THAT(End(checker), IsEmpty());
}

TEST_F(Checkers, AccountsBoundedWantsOneNewAccountForOneOld) {
  AccountsBounded checker;
  run_.seen = {{"old", "password"}};
  run_.made = {{.username = "one", .delivered = true}, {.username = "two", .delivered = true}};
  run_.after.accounts["a.example.com"] = {.username = "one"};
  run_.after.accounts["b.example.com"] = {.username = "two"};
  EXPECT_THAT(End(checker), ElementsAre("2 new accounts in place of 1"));
}

TEST_F(Checkers, ProvenBeforeWrittenWantsAcmeDnssYes) {
  ProvenBeforeWritten checker;
  const json fresh = Register();
  const std::pair<std::string, std::string> credentials(fresh.at("username"), fresh.at("password"));
  const json after = Secret({{"a.example.com", fresh}});
  EXPECT_THAT(Write(checker, std::nullopt, after), IsEmpty()) << "of another run";
  run_.made = {{.username = fresh.at("username"), .password = fresh.at("password"), .delivered = true}};
  EXPECT_THAT(Write(checker, std::nullopt, after), ElementsAre(HasSubstr("has not accepted yet")));
  run_.answers[credentials].row.rejections = 1;
  EXPECT_THAT(Write(checker, std::nullopt, after), ElementsAre(HasSubstr("has not accepted yet")));
  run_.answers[credentials].accepted = true;
  EXPECT_THAT(Write(checker, std::nullopt, after), IsEmpty());
}

TEST_F(Checkers, RejectionConfirmedCountsRejectionsAndTheirTime) {
  RejectionConfirmed checker;
  const json held = Register();
  const json before = Secret({{"a.example.com", held}});
  const json after = Secret({{"a.example.com", Register()}});
  EXPECT_THAT(Write(checker, before, after), ElementsAre(HasSubstr("after 0 rejections")));
  AccountAnswers::Row& row = run_.answers[{held.at("username"), held.at("password")}].longest;
  row.rejections = run_.confirm.tries;
  row.first = clock_.Now();
  row.last = clock_.Now() + run_.confirm.spread - std::chrono::milliseconds(1);
  EXPECT_THAT(Write(checker, before, after), ElementsAre(HasSubstr("within 74999 ms")));
  row.last += std::chrono::milliseconds(1);
  EXPECT_THAT(Write(checker, before, after), IsEmpty());
  row.rejections -= 1;
  EXPECT_THAT(Write(checker, before, after), ElementsAre(HasSubstr("after 4 rejections")));
  EXPECT_THAT(Write(checker, before, before), IsEmpty());
  run_.command = client::Command::kReregister;
  EXPECT_THAT(Write(checker, before, after), IsEmpty());
}

TEST_F(Checkers, HonestExitWantsEntriesThatWereAskedAbout) {
  HonestExit checker;
  EXPECT_THAT(End(checker), ElementsAre("exit 0, and a.example.com has no registration",
                                        "exit 0, and b.example.com has no registration"));
  const harness::AcmeDnsAccount account{.username = "u", .password = "p", .fulldomain = "s.d", .subdomain = "s"};
  run_.after.accounts = {{"a.example.com", account}, {"b.example.com", account}};
  EXPECT_THAT(End(checker), ::testing::Each(HasSubstr("has not accepted the registration s.d")));
  EXPECT_THAT(End(checker), ::testing::SizeIs(2));
  run_.command = client::Command::kRegister;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.command = client::Command::kCheck;
  run_.answers[{"u", "p"}].accepted = true;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.after.accounts.erase("b.example.com");
  run_.meddled = true;
  EXPECT_THAT(End(checker), IsEmpty()) << "somebody has taken it away";
}

TEST_F(Checkers, AnnouncedWantsLogTerminationMessageAndEvent) {
  Announced checker;
  run_.client_writes = 1;
  run_.written = {{"a.example.com", {.username = "u", .fulldomain = "s.auth.example.net"}}};
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("the log does not"), HasSubstr("the termination message does not"),
                                        HasSubstr("no Event was sent")));
  run_.log = "warning CNAME record to set: _acme-challenge.a.example.com. IN CNAME s.auth.example.net.";
  run_.result->termination_message = run_.log;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("no Event was sent")));
  run_.event_bodies = {run_.log};
  EXPECT_THAT(End(checker), IsEmpty());
  run_.written.at("a.example.com").fulldomain = "other.auth.example.net";
  EXPECT_THAT(End(checker), ::testing::SizeIs(3));
  run_.before.accounts = run_.written;
  EXPECT_THAT(End(checker), IsEmpty()) << "the target is the one from before";
}

TEST_F(Checkers, UnreadableKeptFindsWhatWasThrownAway) {
  UnreadableKept checker;
  const json map = {{"a.example.com", Register()}};
  const json before = Secret("---\nnotes: mine");
  EXPECT_THAT(Write(checker, before, Secret(map)), ElementsAre(HasSubstr("not kept")));
  const json kept = {{"acmedns.json.unreadable", harness::Base64("---\nnotes: mine")}};
  EXPECT_THAT(Write(checker, before, Secret(map, kept)), IsEmpty());
  EXPECT_THAT(Write(checker, Secret(" \n"), Secret(map)), IsEmpty());
  EXPECT_THAT(Write(checker, Secret(json::object()), Secret(map)), IsEmpty());
}

TEST_F(Checkers, BacksOffForgivesChanceAndNotHaste) {
  BacksOff checker;
  run_.hasty_tries = 2;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.hasty_tries = 3;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("came again at once")));
  run_.hasty_tries = 0;
  run_.early_tries = 1;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("before the time of Retry-After")));
}

TEST_F(Checkers, StartSpreadSeesChecksThatBeginTogether) {
  constexpr int kRuns = 120;
  run_.start_jitter = std::chrono::seconds(60);
  const auto play = [&](int parts_used) {
    StartSpread checker;
    Checker::Findings findings;
    for (int i = 0; i < kRuns; ++i) {
      run_.first_request = run_.start + std::chrono::seconds(15 * (i % parts_used));
      checker.OnRunEnd(run_, site_, findings);
    }
    return findings;
  };
  EXPECT_THAT(play(4), IsEmpty());
  EXPECT_THAT(play(3), ElementsAre(HasSubstr("none began in 1 of the 4 parts")));
  EXPECT_THAT(play(1), ElementsAre(HasSubstr("none began in 3 of the 4 parts")));
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
  std::map<std::string, std::string> cnames;
  const auto recover = [&] {
    Checker::Findings findings;
    checker.OnRecovery({.run = run_, .fqdns = {"a.example.com"}, .cnames = cnames}, site_, findings);
    return findings;
  };
  const json account = Register();
  run_.after = ReadSecret(nullptr);
  EXPECT_THAT(recover(), ElementsAre("a.example.com has no registration", "the Secret is absent"));
  const json secret = Secret({{"a.example.com", account}});
  run_.after = ReadSecret(&secret);
  EXPECT_THAT(recover(), ElementsAre(HasSubstr("_acme-challenge.a.example.com, which points to nothing")));
  cnames["a.example.com"] = "elsewhere.auth.example.net";
  EXPECT_THAT(recover(), ElementsAre(HasSubstr("points to elsewhere.auth.example.net")));
  cnames["a.example.com"] = account.at("fulldomain");
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
