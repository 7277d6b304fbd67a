#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Check : public testing::World {};

TEST_F(Check, FindsAValidRegistrationAndChangesNothing) {
  Furnish({"a.example.com", "b.example.com"});
  const auto version = kube.objects["s"].resource_version;
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_EQ(steps, 2) << "one GET, one /update for the registration that both share";
  EXPECT_EQ(kube.objects["s"].resource_version, version);
  EXPECT_EQ(outcome.fqdns[1].verdict, Verdict::kValid);
  EXPECT_EQ(outcome.fqdns[1].txt, Seen::kYes);
  EXPECT_EQ(dns.texts.at(0).text, acme.accounts.begin()->second.texts.at(0));
}

TEST_F(Check, WaitsARandomTimeFirstWhereItIsToldTo) {
  Furnish({"a.example.com", "b.example.com"});
  told.options.start_jitter = seconds(59);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  ASSERT_THAT(clock.slept, SizeIs(20));
  const auto [shortest, longest] = std::ranges::minmax(clock.slept);
  EXPECT_GE(shortest, seconds(0));
  EXPECT_LE(longest, seconds(59));
  EXPECT_GT(longest - shortest, seconds(20)) << "twenty waits must differ";
}

TEST_F(Check, WaitsNoMoreThanAFifthOfItsDeadline) {
  Furnish({"a.example.com", "b.example.com"});
  told.options.start_jitter = std::chrono::hours(1);
  told.retry.deadline = seconds(100);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_LE(std::ranges::max(clock.slept), seconds(20));
}

TEST_F(Check, EndsAtOnceWhenItIsStoppedInItsFirstWait) {
  Furnish({"a.example.com", "b.example.com"});
  told.options.start_jitter = seconds(59);
  clock.cancelled = true;
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.failure.value().error.kind, ErrorKind::kCancelled);
  EXPECT_EQ(steps, 0) << "not one request";
}

TEST_F(Check, AloneWaitsFirst) {
  told.options.start_jitter = seconds(59);
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kDone);
  EXPECT_EQ(Run(Flow::kReregister).exit_code(), ExitCode::kDone);
  EXPECT_THAT(clock.slept, IsEmpty());
}

TEST_F(Check, ReplacesADeletedAccountOnce) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  Invalidate(old);
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_EQ(acme.registrations, 1);
  ExpectAllAccepted();
  EXPECT_EQ(FulldomainOf("a.example.com"), FulldomainOf("b.example.com"));
  EXPECT_EQ(outcome.fqdns[0].action, Action::kReregistered);
  EXPECT_EQ(outcome.fqdns[0].previous_fulldomain, old["fulldomain"].get<std::string>());
  EXPECT_EQ(outcome.fqdns[0].verdict, Verdict::kValid);
  EXPECT_EQ(kube.events.at(0)["reason"], "Reregistered");
  EXPECT_THAT(outcome.records, SizeIs(2));
  EXPECT_GE(clock.Monotonic(), told.options.confirm.spread);
  EXPECT_EQ(Run(Flow::kCheck).fqdns[0].action, Action::kKept);
  EXPECT_EQ(acme.registrations, 1);
}

TEST_F(Check, OutlastsADatabaseThatIsDown) {
  Furnish({"a.example.com", "b.example.com"});
  const std::string before = kube.objects["s"].data["acmedns.json"];
  acme.database_down = true;
  // Down for a while, then up again before the confirmation is through.
  clock.on_sleep = [this](std::chrono::milliseconds) {
    if (clock.Monotonic() > seconds(60)) acme.database_down = false;
  };
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_EQ(acme.registrations, 0);
  EXPECT_EQ(kube.objects["s"].data["acmedns.json"], before);
}

TEST_F(Check, KeepsTheCredentialsOfADatabaseThatStaysDown) {
  Furnish({"a.example.com", "b.example.com"});
  const std::string before = kube.objects["s"].data["acmedns.json"];
  acme.database_down = true;
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_EQ(acme.made, 1) << "no new account";
  EXPECT_EQ(kube.objects["s"].data["acmedns.json"], before);
}

TEST_F(Check, LeavesCredentialsAloneWhateverElseAcmeDnsAnswers) {
  Furnish({"a.example.com", "b.example.com"});
  const std::string before = kube.objects["s"].data["acmedns.json"];
  const std::pair<HttpResponse, ExitCode> answers[] = {
      {{.status = 500}, ExitCode::kAcmeDnsUnavailable},
      {{.status = 503, .headers = {{"Retry-After", "5"}}}, ExitCode::kAcmeDnsUnavailable},
      {{.status = 429}, ExitCode::kAcmeDnsUnavailable},
      {{.status = 200, .body = "<html>"}, ExitCode::kAcmeDnsUnavailable},
      {{.status = 200, .body = "{}"}, ExitCode::kAcmeDnsUnavailable},
      {{.status = 401, .body = "<html>"}, ExitCode::kAcmeDnsUnavailable},
      {{.status = 401, .headers = {{"WWW-Authenticate", "Basic"}}, .body = R"({"error": "forbidden"})"},
       ExitCode::kUsage},
      {{.status = 302, .headers = {{"Location", "https://login.example.com/"}}}, ExitCode::kUsage},
      {{.status = 403}, ExitCode::kUsage},
      {{.status = 404}, ExitCode::kUsage},
      {{.status = 400, .body = R"({"error": "bad_txt"})"}, ExitCode::kAcmeDnsUnavailable},
      {{.status = 418}, ExitCode::kAcmeDnsUnavailable},
  };
  for (const auto& [answer, code] : answers) {
    acme.override_answer = [&answer = answer](const HttpRequest&) { return answer; };
    const Outcome outcome = Run(Flow::kCheck);
    EXPECT_EQ(outcome.exit_code(), code) << answer.status << answer.body;
    EXPECT_EQ(outcome.fqdns.at(0).verdict, Verdict::kUnavailable) << answer.status;
    EXPECT_EQ(kube.objects["s"].data["acmedns.json"], before) << answer.status;
  }
  EXPECT_EQ(acme.registrations, 0);
}

TEST_F(Check, ReregistersAfterAnyFailedCallWhenToldSo) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  told.options.reregister_on = ReregisterOn::kFailure;
  // The old account's shard answers 500; everything else works.
  acme.override_answer = [&old](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (testing::HeaderOf(request, "X-Api-User") == old["username"].get<std::string>())
      return HttpResponse{.status = 500};
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_EQ(outcome.fqdns[0].action, Action::kReregistered);
  EXPECT_NE(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
  EXPECT_EQ(acme.registrations, 1);
}

TEST_F(Check, DoesNotReregisterForAMisconfigurationOrAStopEvenThen) {
  Furnish({"a.example.com", "b.example.com"});
  told.options.reregister_on = ReregisterOn::kFailure;
  acme.override_answer = [](const HttpRequest&) {
    return HttpResponse{.status = 401, .headers = {{"WWW-Authenticate", "Basic"}}};
  };
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kUsage);
  told.disturbance = [](int step, Moment, const HttpRequest&) -> std::optional<Error> {
    if (step == 2) return testing::Stopped();
    return std::nullopt;
  };
  EXPECT_EQ(Run(Flow::kCheck).failure->error.kind, ErrorKind::kCancelled);
  EXPECT_EQ(acme.registrations, 0);
}

TEST_F(Check, DoesNothingMoreOnceItIsStopped) {
  Furnish({"a.example.com"});
  const std::string before = kube.objects["s"].data["acmedns.json"];
  told.disturbance = [](int step, Moment, const HttpRequest&) -> std::optional<Error> {
    if (step == 2) return testing::Stopped();
    return std::nullopt;
  };
  EXPECT_EQ(Run(Flow::kCheck).failure->error.kind, ErrorKind::kCancelled);
  EXPECT_EQ(steps, 2);
  EXPECT_EQ(kube.objects["s"].data["acmedns.json"], before) << "b.example.com has to wait for the next run";
}

TEST_F(Check, RegistersWhereThereIsNothing) {
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  kube.objects.clear();
  kube.Put("s", {{"acmedns.json", "not json"}}, "person");
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
}

TEST_F(Check, GivesAnAddedFqdnTheSharedRegistration) {
  const json shared = Furnish({"a.example.com"});
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_EQ(FulldomainOf("b.example.com"), shared["fulldomain"].get<std::string>());
  EXPECT_EQ(acme.registrations, 0);
}

TEST_F(Check, GivesAnAddedFqdnTheReplacementOfTheSharedOne) {
  Invalidate(Furnish({"a.example.com"}));
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_EQ(FulldomainOf("a.example.com"), FulldomainOf("b.example.com"));
  EXPECT_EQ(acme.registrations, 1);
}

TEST_F(Check, ReplacesExactlyTheEntriesOfTheRejectedRegistration) {
  told.options.fqdns = {"a.example.com", "b.example.com", "c.example.com"};
  Invalidate(Furnish({"a.example.com", "c.example.com"}));
  const json good = Furnish({"b.example.com"});
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_EQ(FulldomainOf("b.example.com"), good["fulldomain"].get<std::string>());
  EXPECT_EQ(FulldomainOf("a.example.com"), FulldomainOf("c.example.com"));
  EXPECT_EQ(acme.registrations, 1);
  EXPECT_EQ(outcome.fqdns[1].action, Action::kKept);
}

TEST_F(Check, ReplacesSeveralRejectedRegistrationsEachByItsOwn) {
  Invalidate(Furnish({"a.example.com"}));
  Invalidate(Furnish({"b.example.com"}));
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_NE(FulldomainOf("a.example.com"), FulldomainOf("b.example.com"));
  EXPECT_EQ(acme.registrations, 2);
  EXPECT_THAT(kube.events, SizeIs(2)) << "each is saved and announced before the next is made";
}

TEST_F(Check, ReplacesOneAlthoughAnotherCannotBeJudged) {
  Invalidate(Furnish({"a.example.com"}));
  const json unclear = Furnish({"b.example.com"});
  acme.override_answer = [&unclear](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (testing::HeaderOf(request, "X-Api-User") == unclear["username"].get<std::string>())
      return HttpResponse{.status = 500};
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_EQ(outcome.fqdns[0].action, Action::kReregistered);
  EXPECT_EQ(outcome.fqdns[1].verdict, Verdict::kUnavailable);
  EXPECT_EQ(FulldomainOf("b.example.com"), unclear["fulldomain"].get<std::string>());
}

TEST_F(Check, LeavesEntriesThatAreNotConfiguredAlone) {
  Invalidate(Furnish({"old.example.com"}));
  Furnish({"a.example.com", "b.example.com"});
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_EQ(acme.registrations, 0);
  EXPECT_NE(FulldomainOf("old.example.com"), "");
}

TEST_F(Check, KeepsTheOldRegistrationWhenNoNewOneIsToBeHad) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  Invalidate(old);
  acme.registration_disabled = true;
  Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kRegistrationRefused);
  EXPECT_EQ(outcome.fqdns[0].verdict, Verdict::kRejected);
  acme.registration_disabled = false;
  acme.refuses_new_accounts = true;
  outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_EQ(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
  EXPECT_THAT(kube.events, IsEmpty());
  acme.refuses_new_accounts = false;
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
}

TEST_F(Check, SeesGoodCredentialsInFilesOfOtherTools) {
  const json made = acme.MakeAccount();
  const json entry = {{"FullDomain", made["fulldomain"]},
                      {"SubDomain", made["subdomain"]},
                      {"Username", made["username"]},
                      {"Password", made["password"]}};
  kube.Put("s", {{"acmedns.json", json({{"a.example.com", entry}, {"b.example.com", entry}}).dump()}}, "person");
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_EQ(acme.registrations, 0);
}

TEST_F(Check, StoresNothingWhenReadOnly) {
  Furnish({"a.example.com", "b.example.com"});
  told.options.probe = ProbeMode::kReadOnly;
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_EQ(outcome.fqdns[0].verdict, Verdict::kValid);
  EXPECT_THAT(acme.accounts.begin()->second.texts, IsEmpty());
  EXPECT_THAT(dns.texts, IsEmpty());
}

TEST_F(Check, TakesDnsAsSeriouslyAsItIsTold) {
  Furnish({"a.example.com", "b.example.com"});
  dns.txt_error = Error{.kind = ErrorKind::kTemporary, .message = "not seen at 192.0.2.1"};
  const Outcome warned = Run(Flow::kCheck);
  EXPECT_EQ(warned.exit_code(), ExitCode::kDone);
  EXPECT_THAT(warned.warnings, Contains(HasSubstr("not seen at 192.0.2.1")));
  EXPECT_EQ(warned.fqdns[0].txt, Seen::kNo);
  told.options.verify_dns = DnsCheck::kRequired;
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kVerificationFailed);
  told.options.verify_dns = DnsCheck::kOff;
  dns.texts.clear();
  EXPECT_EQ(Run(Flow::kCheck).fqdns[0].txt, Seen::kNotAsked);
  EXPECT_THAT(dns.texts, IsEmpty());
}

TEST_F(Check, SavesBeforeItWaitsForDns) {
  Invalidate(Furnish({"a.example.com", "b.example.com"}));
  told.options.verify_dns = DnsCheck::kRequired;
  dns.txt_error = Error{.kind = ErrorKind::kTemporary, .message = "not seen"};
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kVerificationFailed);
  ExpectAllAccepted();
}

TEST_F(Check, VerifiesCnamesWhenTold) {
  const json registration = Furnish({"a.example.com", "b.example.com"});
  told.options.verify_cname = true;
  dns.cnames = {{"a.example.com", registration["fulldomain"]}, {"b.example.com", "elsewhere.example.org"}};
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kVerificationFailed);
  EXPECT_EQ(outcome.fqdns[0].cname, Seen::kYes);
  EXPECT_EQ(outcome.fqdns[1].cname, Seen::kNo);
  EXPECT_THAT(outcome.failure->error.message, HasSubstr("points to elsewhere.example.org"));
  dns.cnames["b.example.com"] = registration["fulldomain"];
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  dns.cname_error = Error{.kind = ErrorKind::kTemporary, .message = "SERVFAIL"};
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kVerificationFailed);
  dns.cname_error->kind = ErrorKind::kMisconfigured;
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kUsage);
}

TEST_F(Check, IsDeterministicBySeed) {
  const auto tell = [this] {
    clock = testing::FakeClock();
    random = testing::SeededRandom(7);
    log.lines.clear();
    kube = testing::FakeSecretApi();
    kube.clock = &clock;
    acme = testing::FakeAcmeDns();
    Invalidate(Furnish({"a.example.com", "b.example.com"}));
    Run(Flow::kCheck);
    return log.Text();
  };
  EXPECT_EQ(tell(), tell());
}

}  // namespace
}  // namespace client
