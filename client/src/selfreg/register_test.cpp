#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class Register : public testing::World {};

TEST_F(Register, FurnishesAnEmptySecretOfAnotherManager) {
  kube.Put("s", {{"other", "x"}}, "argocd");
  kube.objects["s"].labels["app"] = "y";
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_EQ(acme.made, 1);
  EXPECT_THAT(Foreign(), ElementsAre(Pair("other", "x")));
  EXPECT_THAT(kube.objects["s"].labels, ElementsAre(Pair("app", "y")));
  ASSERT_THAT(outcome.fqdns, SizeIs(2));
  EXPECT_EQ(outcome.fqdns[0].action, Action::kRegistered);
  EXPECT_EQ(outcome.fqdns[0].fulldomain, FulldomainOf("a.example.com"));
  EXPECT_EQ(outcome.fqdns[0].verdict, Verdict::kValid);
  EXPECT_THAT(outcome.unused, IsEmpty());
}

TEST_F(Register, CreatesAMissingSecret) {
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_EQ(kube.objects["s"].owned["m"], std::set<std::string>{"acmedns.json"});
}

TEST_F(Register, TellsPeopleWhichRecordsToSet) {
  const Outcome outcome = Run(Flow::kRegister);
  const std::string fulldomain = FulldomainOf("a.example.com");
  const std::string record = "_acme-challenge.a.example.com. IN CNAME " + fulldomain + ".";
  EXPECT_THAT(outcome.records, ElementsAre(record, CnameRecord("b.example.com", fulldomain)));
  EXPECT_THAT(log.lines, Contains(StartsWith("WARNING CNAME record to set: " + record)));
  ASSERT_THAT(kube.events, SizeIs(1));
  EXPECT_EQ(kube.events[0]["reason"], "Registered");
  EXPECT_THAT(kube.events[0]["message"].get<std::string>(), HasSubstr(record));
  EXPECT_EQ(kube.events[0]["involvedObject"]["uid"], kube.objects["s"].uid);
}

TEST_F(Register, ProvesTheRegistrationBeforeItIsSaved) {
  bool proven = false;
  told.disturbance = [&](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    if (moment == Moment::kAfter && request.url.ends_with("/update")) proven = true;
    if (request.method == "PATCH" && !request.url.ends_with("dryRun=All")) {
      EXPECT_TRUE(proven);
    }
    return std::nullopt;
  };
  Run(Flow::kRegister);
  EXPECT_TRUE(proven);
}

TEST_F(Register, IsANoOpWhenEverythingIsThere) {
  Furnish({"a.example.com", "b.example.com"});
  const auto version = kube.objects["s"].resource_version;
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_EQ(steps, 1) << "one GET";
  EXPECT_EQ(kube.objects["s"].resource_version, version);
  EXPECT_EQ(outcome.fqdns[0].action, Action::kKept);
  EXPECT_EQ(outcome.fqdns[0].verdict, Verdict::kNotAsked);
  EXPECT_THAT(outcome.records, IsEmpty());
  EXPECT_THAT(kube.events, IsEmpty());
}

TEST_F(Register, GivesAnAddedFqdnTheSharedRegistrationWithoutAskingAcmeDns) {
  const json shared = Furnish({"a.example.com"});
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_EQ(acme.registrations + acme.updates, 0);
  EXPECT_EQ(FulldomainOf("b.example.com"), shared["fulldomain"].get<std::string>());
  EXPECT_EQ(outcome.fqdns[0].action, Action::kKept);
  EXPECT_EQ(outcome.fqdns[1].action, Action::kAdded);
  EXPECT_THAT(outcome.records, ElementsAre(CnameRecord("b.example.com", FulldomainOf("b.example.com"))));
}

TEST_F(Register, KeepsRemovedFqdnsUnlessToldToPrune) {
  Furnish({"a.example.com", "b.example.com", "old.example.com"});
  Run(Flow::kRegister);
  EXPECT_NE(FulldomainOf("old.example.com"), "");
  told.options.prune = true;
  Run(Flow::kRegister);
  EXPECT_EQ(FulldomainOf("old.example.com"), "");
  EXPECT_EQ(acme.registrations, 0);
  ExpectAllAccepted();
}

TEST_F(Register, KeepsUnknownMembersOfTheAnswer) {
  acme.override_answer = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (!request.url.ends_with("/register")) return std::nullopt;
    json answer = acme.MakeAccount();
    answer["server_note"] = {1, "x"};
    return HttpResponse{.status = 201, .body = answer.dump()};
  };
  Run(Flow::kRegister);
  const json map = json::parse(kube.objects["s"].data["acmedns.json"]);
  EXPECT_EQ(map["a.example.com"]["server_note"], json({1, "x"}));
}

TEST_F(Register, KeepsAnUnreadableMapAside) {
  kube.Put("s", {{"acmedns.json", "{broken"}, {"other", "x"}}, "person");
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("can't be read (not JSON")));
  ExpectAllAccepted();
  EXPECT_EQ(kube.objects["s"].data["acmedns.json.unreadable"], "{broken");
  EXPECT_EQ(kube.objects["s"].owned["m"], (std::set<std::string>{"acmedns.json", "acmedns.json.unreadable"}));
  // Later writes keep it, although server-side apply removes what its owner leaves out.
  told.options.fqdns.push_back("c.example.com");
  Run(Flow::kRegister);
  EXPECT_NE(FulldomainOf("c.example.com"), "");
  EXPECT_EQ(kube.objects["s"].data["acmedns.json.unreadable"], "{broken");
}

TEST_F(Register, LeavesAnUnreadableMapAloneWhenAcmeDnsIsUnavailable) {
  kube.Put("s", {{"acmedns.json", "{broken"}}, "person");
  const auto version = kube.objects["s"].resource_version;
  acme.database_down = true;
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_EQ(kube.objects["s"].resource_version, version);
}

TEST_F(Register, FurnishesAnFqdnWhoseEntryIsNoRegistration) {
  json half = Furnish({"a.example.com"});
  half.erase("password");
  const json map = {{"a.example.com", json::parse(kube.objects["s"].data["acmedns.json"])["a.example.com"]},
                    {"b.example.com", half}};
  kube.Put("s", {{"acmedns.json", map.dump()}}, "person");
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_THAT(outcome.warnings, ElementsAre("the entry of b.example.com is no registration: password is missing"));
  ExpectAllAccepted();
  EXPECT_EQ(kube.objects["s"].data["acmedns.json.unreadable"], map.dump());
}

TEST_F(Register, MovesAsideWhatMakesCertManagerRefuseTheMap) {
  const json good = Furnish({"a.example.com", "b.example.com"});
  const std::string text = json({{"a.example.com", good}, {"b.example.com", good}, {"note", "by hand"}}).dump();
  kube.Put("s", {{"acmedns.json", text}}, "person");
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_THAT(Map().Fqdns(), ElementsAre("a.example.com", "b.example.com"));
  EXPECT_EQ(kube.objects["s"].data["acmedns.json.unreadable"], text);
  EXPECT_EQ(acme.registrations, 0);
}

TEST_F(Register, SendsBasicAuthWhereAProxyWantsIt) {
  acme.basic_auth = "Basic bWU6YmFzaWMtcGFzc3dvcmQ=";
  const Outcome refused = Run(Flow::kRegister);
  EXPECT_EQ(refused.exit_code(), ExitCode::kUsage);
  EXPECT_THAT(refused.failure->error.message, HasSubstr("--password-file"));
  EXPECT_TRUE(kube.objects.empty());
  told.acmedns.basic_auth = BasicAuth{"me", SecretText("basic-password")};
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
}

TEST_F(Register, SaysThatRegistrationIsRefused) {
  acme.registration_disabled = true;
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kRegistrationRefused);
  EXPECT_EQ(acme.registrations, 1) << "not tried again";
  EXPECT_TRUE(kube.objects.empty());
}

TEST_F(Register, SavesNothingThatIsNotProven) {
  acme.refuses_new_accounts = true;
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_EQ(acme.made, 1) << "the one account is asked again, not another one made";
  EXPECT_THAT(outcome.unused, SizeIs(1));
  EXPECT_TRUE(kube.objects.empty());
  told.acmedns.allow_from = {"192.0.2.0/24"};
  const Outcome outside = Run(Flow::kRegister);
  EXPECT_EQ(outside.exit_code(), ExitCode::kUsage);
  EXPECT_THAT(outside.failure->error.message, HasSubstr("--allow-from"));
}

TEST_F(Register, RefusesBadAnswersWithOneClearMessageAndAnUntouchedSecret) {
  kube.Put("s", {{"other", "x"}}, "argocd");
  const auto version = kube.objects["s"].resource_version;
  const json good = testing::RegistrationJson(1);
  const auto with = [&good](const char* name, const json& value) {
    json answer = good;
    answer[name] = value;
    return answer.dump();
  };
  json lacking = good;
  lacking.erase("subdomain");
  const std::pair<std::string, const char*> bad[] = {
      {"<html>", "not JSON"},
      {"", "not JSON"},
      {good.dump().substr(0, 60), "not JSON"},
      {"[]", "not an object"},
      {lacking.dump(), "subdomain is missing"},
      {with("username", 7), "username is no string"},
      {with("allowfrom", "0.0.0.0/0"), "allowfrom is no array"},
      {with("password", ""), "password is empty"},
      {with("password", std::string(73, 'p')), "password has 73 characters"},
      {with("fulldomain", "other.example.org"), "fulldomain does not start with the subdomain"},
      {with("fulldomain", good["subdomain"]), "fulldomain does not start with the subdomain"},
  };
  for (const auto& [body, problem] : bad) {
    acme.override_answer = [&body = body](const HttpRequest&) { return HttpResponse{.status = 201, .body = body}; };
    const Outcome outcome = Run(Flow::kRegister);
    EXPECT_EQ(outcome.exit_code(), ExitCode::kAcmeDnsUnavailable) << body;
    EXPECT_THAT(outcome.failure->error.message, HasSubstr(problem)) << body;
    EXPECT_EQ(kube.objects["s"].resource_version, version);
  }
}

TEST_F(Register, MakesNoAccountThatItCannotSave) {
  kube.allow_patch = false;
  kube.Put("s", {}, "argocd");
  Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kKubernetesUnavailable);
  EXPECT_THAT(outcome.failure->error.message, HasSubstr("grant the verb \"patch\""));
  kube.objects.clear();
  kube.allow_patch = true;
  kube.allow_create = false;
  outcome = Run(Flow::kRegister);
  EXPECT_THAT(outcome.failure->error.message, HasSubstr("grant the verb \"create\""));
  kube.allow_get = false;
  outcome = Run(Flow::kRegister);
  EXPECT_THAT(outcome.failure->error.message, HasSubstr("grant the verb \"get\""));
  kube.allow_get = true;
  for (const char* text : {"", "{}"}) {
    kube.Put("s", {{"acmedns.json", text}}, "person");
    kube.objects["s"].immutable = true;
    outcome = Run(Flow::kRegister);
    EXPECT_EQ(outcome.exit_code(), ExitCode::kKubernetesUnavailable);
    EXPECT_THAT(outcome.failure->error.message, HasSubstr("have it made without immutable: true"));
  }
  EXPECT_EQ(acme.registrations, 0);
}

TEST_F(Register, WorksWhereDryRunsAreNotSupported) {
  kube.dry_run_unsupported = true;
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
}

TEST_F(Register, WorksWhereEventsAreForbidden) {
  kube.allow_events = false;
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kDone);
  EXPECT_THAT(log.lines, Contains(StartsWith("DEBUG no Event")));
}

TEST_F(Register, VerifiesTheTextInDns) {
  const Outcome outcome = Run(Flow::kRegister);
  ASSERT_THAT(dns.texts, SizeIs(1));
  EXPECT_EQ(dns.texts[0].fulldomain, FulldomainOf("a.example.com"));
  EXPECT_EQ(dns.texts[0].text, acme.accounts.begin()->second.texts.at(0));
  EXPECT_EQ(outcome.fqdns[0].txt, Seen::kYes);
  EXPECT_EQ(outcome.fqdns[1].txt, Seen::kYes);
}

TEST_F(Register, DoesNotBlameAPersonForACnameThatNobodyKnewOf) {
  told.options.verify_cname = true;
  const Outcome first = Run(Flow::kRegister);
  EXPECT_EQ(first.exit_code(), ExitCode::kDone);
  EXPECT_THAT(first.warnings, SizeIs(2));
  EXPECT_EQ(first.fqdns[0].cname, Seen::kNo);
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kVerificationFailed);
  for (const std::string& fqdn : told.options.fqdns) dns.cnames[fqdn] = FulldomainOf(fqdn);
  const Outcome last = Run(Flow::kRegister);
  EXPECT_EQ(last.exit_code(), ExitCode::kDone);
  EXPECT_EQ(last.fqdns[0].cname, Seen::kYes);
}

TEST_F(Register, StopsAtOnceAndLeavesNothingHalfWritten) {
  kube.Put("s", {{"other", "x"}}, "argocd");
  told.disturbance = [](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    if (moment == Moment::kBefore && request.url.ends_with("/update")) return testing::Stopped();
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.failure->error.kind, ErrorKind::kCancelled);
  EXPECT_FALSE(kube.objects["s"].data.contains("acmedns.json"));
  EXPECT_THAT(outcome.unused, SizeIs(1));
  EXPECT_THAT(dns.texts, IsEmpty());
  EXPECT_THAT(clock.slept, IsEmpty());
}

TEST_F(Register, KeepsToItsDeadline) {
  told.retry.deadline = seconds(20);
  acme.override_answer = [](const HttpRequest&) {
    return HttpResponse{.status = 503, .headers = {{"Retry-After", "3600"}}};
  };
  EXPECT_EQ(Run(Flow::kRegister).exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_LE(clock.Monotonic(), seconds(20));
}

TEST_F(Register, ReportsWhatTheSecretCannotTell) {
  kube.token = "another";
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kKubernetesUnavailable);
  EXPECT_THAT(outcome.fqdns, IsEmpty());
  EXPECT_THAT(log.lines, Contains(StartsWith("ERROR Kubernetes API: can't get secrets")));
}

TEST_F(Register, NoticesAWebhookThatChangesTheSecret) {
  kube.mutate = [](testing::FakeSecretApi::Secret& secret) { secret.data["acmedns.json"] = "{}"; };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kKubernetesUnavailable);
  EXPECT_THAT(outcome.failure->error.message, HasSubstr("webhook"));
  EXPECT_THAT(outcome.unused, SizeIs(1));
}

TEST_F(Register, LooksWhetherAWriteWithoutAnAnswerTookPlace) {
  told.disturbance = [](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    const bool write = request.method == "PATCH" && !request.url.ends_with("dryRun=All");
    if (write && moment == Moment::kAfter) return testing::NoAnswer();
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_THAT(outcome.records, SizeIs(2));
  EXPECT_THAT(outcome.warnings, IsEmpty());
  EXPECT_EQ(acme.registrations, 1);
  ExpectAllAccepted();
}

TEST_F(Register, WarnsOfRecordsThatMayBeNeededAfterAWriteOfUnknownFate) {
  bool written = false;
  told.disturbance = [&written](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    const bool write = request.method == "PATCH" && !request.url.ends_with("dryRun=All");
    if (write && moment == Moment::kBefore) written = true;
    if (written) return testing::NoAnswer();
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kKubernetesUnavailable);
  EXPECT_THAT(outcome.warnings, SizeIs(2));
  EXPECT_THAT(outcome.warnings, Contains(HasSubstr("_acme-challenge.a.example.com. IN CNAME ")));
  EXPECT_THAT(outcome.unused, IsEmpty());
}

TEST_F(Register, WarnsAlsoWhenItsOwnWriteIsWhatTheNextTryConflictsWith) {
  bool written = false;
  bool conflicted = false;
  told.disturbance = [&](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    const bool write = request.method == "PATCH" && !request.url.ends_with("dryRun=All");
    if (conflicted && request.method == "GET") return testing::NoAnswer();
    if (!write || moment == Moment::kBefore) return std::nullopt;
    conflicted = written;
    return std::exchange(written, true) ? std::nullopt : std::optional(testing::NoAnswer());
  };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kKubernetesUnavailable);
  EXPECT_THAT(outcome.warnings, Contains(HasSubstr("_acme-challenge.a.example.com. IN CNAME ")));
  EXPECT_THAT(outcome.unused, IsEmpty()) << "the Secret holds it";
  ExpectAllAccepted();
}

TEST_F(Register, AnnouncesAWriteWithoutAnAnswerAlsoWhenTheNextTryIsRefused) {
  bool written = false;
  told.disturbance = [&](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    const bool write = request.method == "PATCH" && !request.url.ends_with("dryRun=All");
    if (!write || (moment == Moment::kBefore && !written)) return std::nullopt;
    if (std::exchange(written, true)) return Error{.kind = ErrorKind::kRejected, .message = "no rights any more"};
    return testing::NoAnswer();
  };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_THAT(outcome.records, SizeIs(2));
  ExpectAllAccepted();
}

}  // namespace
}  // namespace client
