#include "selfreg/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace client {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

Error Of(ErrorKind kind, std::string message = "x") {
  return {.kind = kind, .message = std::move(message)};
}

TEST(Outcome, HasTheExitCodeOfItsFailure) {
  Outcome outcome;
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  const std::tuple<Stage, ErrorKind, ExitCode> table[] = {
      {Stage::kConfiguration, ErrorKind::kMalformed, ExitCode::kUsage},
      {Stage::kAcmeDns, ErrorKind::kTemporary, ExitCode::kAcmeDnsUnavailable},
      {Stage::kAcmeDns, ErrorKind::kCancelled, ExitCode::kAcmeDnsUnavailable},
      {Stage::kAcmeDns, ErrorKind::kMisconfigured, ExitCode::kUsage},
      {Stage::kAcmeDns, ErrorKind::kRejected, ExitCode::kAcmeDnsUnavailable},
      {Stage::kRegistration, ErrorKind::kRejected, ExitCode::kRegistrationRefused},
      {Stage::kRegistration, ErrorKind::kTemporary, ExitCode::kAcmeDnsUnavailable},
      {Stage::kRegistration, ErrorKind::kMalformed, ExitCode::kAcmeDnsUnavailable},
      {Stage::kRegistration, ErrorKind::kMisconfigured, ExitCode::kUsage},
      {Stage::kKubernetes, ErrorKind::kTemporary, ExitCode::kKubernetesUnavailable},
      {Stage::kKubernetes, ErrorKind::kRejected, ExitCode::kKubernetesUnavailable},
      {Stage::kKubernetes, ErrorKind::kMisconfigured, ExitCode::kUsage},
      {Stage::kVerification, ErrorKind::kTemporary, ExitCode::kVerificationFailed},
  };
  for (const auto& [stage, kind, code] : table) EXPECT_EQ(ExitCodeFor(stage, kind), code);
}

TEST(Outcome, KeepsTheFirstFailureAndLetsVerificationGiveWay) {
  Outcome outcome;
  outcome.Fail(Stage::kVerification, Of(ErrorKind::kTemporary, "first"));
  outcome.Fail(Stage::kVerification, Of(ErrorKind::kTemporary, "second"));
  EXPECT_EQ(outcome.failure->error.message, "first");
  outcome.Fail(Stage::kAcmeDns, Of(ErrorKind::kTemporary, "third"));
  outcome.Fail(Stage::kKubernetes, Of(ErrorKind::kTemporary, "fourth"));
  EXPECT_EQ(outcome.failure->error.message, "third");
}

TEST(Outcome, WritesTheRecordAsAZoneFileHasIt) {
  EXPECT_EQ(CnameRecord("api.example.com", "x.auth.example.org"),
            "_acme-challenge.api.example.com. IN CNAME x.auth.example.org.");
}

TEST(Summary, TellsWhatWasDone) {
  Outcome outcome{.command = "check", .secret = "ns/s"};
  outcome.fqdns = {{.fqdn = "a.example.com",
                    .action = Action::kReregistered,
                    .fulldomain = "new.example.org",
                    .previous_fulldomain = "old.example.org",
                    .verdict = Verdict::kValid,
                    .txt = Seen::kYes,
                    .cname = Seen::kNo},
                   {.fqdn = "b.example.com"}};
  outcome.records = {"r"};
  outcome.unused = {"u.example.org"};
  outcome.warnings = {"w"};
  outcome.Fail(Stage::kVerification, {.kind = ErrorKind::kTemporary, .message = "not seen", .http_status = 503});
  EXPECT_EQ(json::parse(SummaryJson(outcome)), json::parse(R"({"command": "check", "secret": "ns/s", "exitCode": 6,
                "error": {"stage": "verification", "message": "not seen", "httpStatus": 503},
                "fqdns": [{"fqdn": "a.example.com", "action": "reregistered", "credentials": "valid",
                           "fulldomain": "new.example.org", "previousFulldomain": "old.example.org",
                           "txtSeen": true, "cnameCorrect": false},
                          {"fqdn": "b.example.com", "action": "kept", "credentials": "notAsked"}],
                "records": ["r"], "unusedAccounts": ["u.example.org"], "warnings": ["w"]})"));
}

TEST(Summary, HasItsListsAlsoWhenTheyAreEmpty) {
  EXPECT_EQ(json::parse(SummaryJson({.command = "check", .secret = "ns/s"})),
            json::parse(R"({"command": "check", "secret": "ns/s", "exitCode": 0,
                            "fqdns": [], "records": [], "unusedAccounts": [], "warnings": []})"));
}

TEST(Summary, FitsATerminationMessageAndKeepsTheRecordsLongest) {
  Outcome outcome{.command = "register", .secret = "ns/s"};
  for (int i = 0; i < 2'000; ++i) {
    const std::string fqdn = "name" + std::to_string(i) + ".example.com";
    outcome.fqdns.push_back({.fqdn = fqdn, .fulldomain = "x.example.org"});
    outcome.warnings.push_back("warning");
    if (i < 30) outcome.records.push_back(CnameRecord(fqdn, "x.example.org"));
  }
  outcome.Fail(Stage::kAcmeDns, Of(ErrorKind::kTemporary, std::string(300, '"')));
  const std::string text = SummaryJson(outcome, kTerminationMessageBytesMax);
  EXPECT_THAT(text.size(), AllOf(Le(kTerminationMessageBytesMax), Ge(kTerminationMessageBytesMax * 9 / 10)));
  const json summary = json::parse(text);
  EXPECT_EQ(summary["records"].size(), 30U);
  EXPECT_FALSE(summary.contains("warnings"));
  EXPECT_EQ(summary["omitted"].get<std::size_t>() + summary["fqdns"].size(), 4'000U);
}

TEST(Summary, FitsWhateverTheError) {
  Outcome outcome{.command = "register", .secret = std::string(63, 'n') + "/" + std::string(253, 's')};
  outcome.Fail(Stage::kAcmeDns, Of(ErrorKind::kTemporary, std::string(100'000, '\n')));
  outcome.records = {std::string(10'000, 'r')};
  const std::string text = SummaryJson(outcome, kTerminationMessageBytesMax);
  EXPECT_LE(text.size(), kTerminationMessageBytesMax);
  EXPECT_EQ(json::parse(text)["exitCode"], 3);
}

}  // namespace
}  // namespace client
