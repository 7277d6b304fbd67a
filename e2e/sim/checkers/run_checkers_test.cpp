// Further checkers, of what the entries hold and of what a run says and does, each seen failing.
#include <gmock/gmock.h>

#include "sim/checkers/accounts_bounded.h"
#include "sim/checkers/checkers_fixture.h"
#include "sim/checkers/credentials_kept.h"
#include "sim/checkers/entries_whole.h"
#include "sim/checkers/honest_exit.h"
#include "sim/checkers/rejection_confirmed.h"
#include "sim/checkers/run_budget.h"
#include "sim/checkers/secrets_at_home.h"
#include "sim/checkers/summary_true.h"

namespace sim {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

harness::AcmeDnsAccount AccountOf(const json& entry) {
  return {.username = entry.at("username"),
          .password = entry.at("password"),
          .fulldomain = entry.at("fulldomain"),
          .subdomain = entry.at("subdomain")};
}

TEST_F(Checkers, EntriesWholeWantsEveryMemberOfAnEntryThatStays) {
  EntriesWhole checker;
  json entry = Register();
  entry["comment"] = "asked Bob";
  const json before = Secret({{"a.example.com", entry}});
  run_.seen_entries = {{"a.example.com", entry.at("username")}};
  EXPECT_THAT(Write(checker, before, Secret({{"a.example.com", entry}, {"b.example.com", entry}})), IsEmpty());
  EXPECT_THAT(Write(checker, Secret({{"a.example.com", entry}, {"old.example.com", nullptr}}), before),
              ElementsAre("the entry of old.example.com, which is not configured, is gone"));
  json shorter = entry;
  shorter.erase("comment");
  EXPECT_THAT(Write(checker, before, Secret({{"a.example.com", shorter}})), ElementsAre(HasSubstr("other members")));
}

TEST_F(Checkers, EntriesWholeWantsNewEntriesAsAnsweredAndForTheNetworksConfigured) {
  EntriesWhole checker;
  json entry = Register();
  run_.made = {{.username = entry.at("username"), .password = entry.at("password"), .answer = entry.dump()}};
  EXPECT_THAT(Write(checker, std::nullopt, Secret({{"a.example.com", entry}})), IsEmpty());
  const json other = Register();
  const json shared = Secret({{"a.example.com", other}, {"x.example.com", other}});
  run_.seen_entries = {{"x.example.com", other.at("username")}};
  EXPECT_THAT(Write(checker, Secret({{"x.example.com", other}}), shared),
              ElementsAre(HasSubstr("a.example.com has got an account that this run has not made")));
  run_.seen_entries.emplace("b.example.com", other.at("username"));
  EXPECT_THAT(Write(checker, Secret({{"x.example.com", other}}), shared), IsEmpty());
  run_.allow_from = {"127.0.0.0/8"};
  EXPECT_THAT(Write(checker, std::nullopt, Secret({{"a.example.com", entry}})), ElementsAre(HasSubstr("networks")));
  run_.allow_from.clear();
  entry.erase("allowfrom");
  EXPECT_THAT(Write(checker, std::nullopt, Secret({{"a.example.com", entry}})),
              ElementsAre(HasSubstr("not what acme-dns has answered")));
}

TEST_F(Checkers, SecretsAtHomeTellsWhatWentWhere) {
  SecretsAtHome checker;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.strayed = {"the token went to https://acme-dns.example.net/update"};
  EXPECT_THAT(End(checker), ElementsAre(run_.strayed.front()));
}

TEST_F(Checkers, SummaryTrueWantsTheExitCodeAndItsReason) {
  SummaryTrue checker;
  run_.result->output = run_.result->termination_message = R"({"exitCode": 0})";
  EXPECT_THAT(End(checker), IsEmpty());
  run_.result->termination_message.clear();
  EXPECT_THAT(End(checker), ElementsAre("the termination message is no JSON object"));
  run_.result->exit_code = 3;
  run_.result->termination_message = R"({"exitCode": 3, "error": {"message": "acme-dns is down"}})";
  EXPECT_THAT(End(checker),
              ElementsAre("the standard output names another exit code", "the standard output names no error"));
  run_.result->output = run_.result->termination_message + std::string(5000, ' ');
  EXPECT_THAT(End(checker), IsEmpty());
  run_.result->termination_message += std::string(5000, ' ');
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("bytes")));
  run_.result.reset();
  EXPECT_THAT(End(checker), IsEmpty()) << "killed";
}

TEST_F(Checkers, SummaryTrueWantsTheSecretsFulldomains) {
  SummaryTrue checker;
  run_.after.accounts["a.example.com"] = AccountOf(Register());
  const std::string fulldomain = run_.after.accounts["a.example.com"].fulldomain;
  json summary = {{"exitCode", 0}, {"fqdns", {{{"fqdn", "a.example.com"}, {"fulldomain", fulldomain}}}}};
  run_.result->output = run_.result->termination_message = summary.dump();
  EXPECT_THAT(End(checker), IsEmpty());
  summary["fqdns"][0]["fulldomain"] = "other.auth.example.net";
  run_.result->output = summary.dump();
  EXPECT_THAT(End(checker), ElementsAre("the standard output names another fulldomain than the Secret has"));
}

TEST_F(Checkers, SummaryTrueWantsNoRecordToBeSetThatWasNeverInTheSecret) {
  SummaryTrue checker;
  run_.result.reset();
  run_.log = "warning CNAME record to set: _acme-challenge.a.example.com. IN CNAME s.auth.example.net. fqdn=a\n";
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("wants a.example.com to point to s.auth.example.net")));
  run_.seen_targets = {{"a.example.com", "s.auth.example.net"}};
  EXPECT_THAT(End(checker), IsEmpty());
}

TEST_F(Checkers, AccountsBoundedWantsAReasonForANewAccount) {
  AccountsBounded checker;
  const json entry = Register();
  const json secret = Secret({{"a.example.com", entry}, {"b.example.com", entry}});
  run_.before = run_.after = ReadSecret(&secret);
  run_.made = {{.username = "new", .password = "p"}};
  run_.result->exit_code = 3;
  EXPECT_THAT(End(checker), ElementsAre("1 accounts were made, and none was needed"));
  AccountAnswers& answers = run_.answers[{entry.at("username"), entry.at("password")}];
  answers.most_rejections = run_.confirm.tries;
  EXPECT_THAT(End(checker), IsEmpty());
  answers = {};
  run_.reregister_on_failure = true;
  EXPECT_THAT(End(checker), ElementsAre("1 accounts were made, and none was needed"));
  run_.useless_updates = 1;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.powerless = true;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("without the right to save one")));
}

TEST_F(Checkers, ReplacementOnFailureIsForgivenWhereItWasAskedForAndNotAfterAYes) {
  CredentialsKept kept;
  RejectionConfirmed confirmed;
  const json held = Register();
  const json before = Secret({{"a.example.com", held}});
  const json after = Secret({{"a.example.com", Register()}});
  AccountAnswers& answers = run_.answers[{held.at("username"), held.at("password")}];
  for (const bool asked_for : {false, true}) {
    run_.reregister_on_failure = asked_for;
    answers.accepted_last = false;
    EXPECT_THAT(Write(kept, before, after), ::testing::SizeIs(asked_for ? 0 : 1));
    EXPECT_THAT(Write(confirmed, before, after), ::testing::SizeIs(asked_for ? 0 : 1));
    answers.accepted_last = true;
    EXPECT_THAT(Write(kept, before, after), ::testing::SizeIs(1));
    EXPECT_THAT(Write(confirmed, before, after), ::testing::SizeIs(1));
  }
}

TEST_F(Checkers, HonestExitWantsWhatWasToBeVerifiedSeenAndPruned) {
  HonestExit checker;
  run_.configured = {"a.example.com"};
  const json entry = Register();
  const harness::AcmeDnsAccount account = AccountOf(entry);
  run_.before.accounts = run_.after.accounts = {{"a.example.com", account}, {"old.example.com", account}};
  run_.answers[{account.username, account.password}].accepted = true;
  run_.stored_texts[account.username] = "text";
  EXPECT_THAT(End(checker), IsEmpty());

  run_.dns_is_required = true;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("the text that was stored for a.example.com was not seen")));
  run_.texts_shown = {"text"};
  EXPECT_THAT(End(checker), IsEmpty());

  run_.verify_cname = true;
  EXPECT_THAT(End(checker), ElementsAre(HasSubstr("no CNAME of a.example.com")));
  run_.cnames_shown = {{"_acme-challenge.a.example.com.", account.fulldomain + "."}};
  EXPECT_THAT(End(checker), IsEmpty());

  run_.prune = true;
  EXPECT_THAT(End(checker), ElementsAre("exit 0, and old.example.com is not pruned"));

  run_.updates = run_.refused_updates = 2;
  run_.result->exit_code = 3;
  EXPECT_THAT(End(checker), ElementsAre("exit 3, and something before acme-dns has refused all that was asked"));
  run_.result->exit_code = 2;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.updates = 0;

  run_.result->exit_code = 4;
  run_.missed_token = true;
  EXPECT_THAT(End(checker), ElementsAre("exit 4, and the Pod's file has a token that was not tried"));
}

TEST_F(Checkers, RunBudgetBoundsTheTriesOfOneRequest) {
  RunBudget checker;
  run_.most_tries = 11;
  EXPECT_THAT(End(checker), IsEmpty());
  run_.most_tries = 12;
  EXPECT_THAT(End(checker), ElementsAre("a request was tried 12 times in a row, 11 are allowed"));
}

TEST(CnamesIn, FindsTheLastRecordOfEachName) {
  EXPECT_THAT(CnamesIn("x"), IsEmpty());
  EXPECT_THAT(CnamesIn("set: _acme-challenge.a.b. IN CNAME s.d. fqdn=a.b\n_acme-challenge.a.b. IN CNAME t.d.; "
                       "_acme-challenge.c.d. IN CNAME u.d."),
              ElementsAre(std::pair("a.b", "t.d"), std::pair("c.d", "u.d")));
}

}  // namespace
}  // namespace sim
