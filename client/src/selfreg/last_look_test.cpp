// The last look at an old registration, after a new one is there to replace it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LastLook : public testing::World {};

/// The database is down until somebody registers; from then on the old account's updates fail `failures` times.
void LastLookFails(testing::FakeAcmeDns& acme, const json& old, int& failures) {
  acme.database_down = true;
  acme.override_answer = [&acme, old, &failures](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.url.ends_with("/register")) acme.database_down = false;
    const bool is_old = testing::HeaderOf(request, "X-Api-User") == old["username"].get<std::string>();
    if (acme.database_down || !is_old || failures-- <= 0) return std::nullopt;
    return HttpResponse{.status = 503};
  };
}

TEST_F(LastLook, LooksAgainAtTheOldRegistrationUntilThereIsAnAnswer) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  int failures = 3;
  LastLookFails(acme, old, failures);
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_EQ(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
}

TEST_F(LastLook, ReplacesNothingWhenTheLastLookGetsNoAnswer) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  int failures = 1000;
  LastLookFails(acme, old, failures);
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_THAT(outcome.unused, SizeIs(1));
  EXPECT_EQ(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
  failures = 0;
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_EQ(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
}

TEST_F(LastLook, KeepsSeveralOldRegistrationsThatAreAcceptedAgainAtLast) {
  const json first = Furnish({"a.example.com"});
  const json second = Furnish({"b.example.com"});
  acme.database_down = true;
  acme.override_answer = [this](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.url.ends_with("/register")) acme.database_down = false;
    return std::nullopt;
  };
  EXPECT_EQ(Run(Flow::kCheck).exit_code(), ExitCode::kDone);
  EXPECT_EQ(FulldomainOf("a.example.com"), first["fulldomain"].get<std::string>());
  EXPECT_EQ(FulldomainOf("b.example.com"), second["fulldomain"].get<std::string>());
  EXPECT_EQ(acme.registrations, 1) << "the account that proved that acme-dns works";
}

TEST_F(LastLook, KeepsTheOldRegistrationWhenItIsAcceptedAgainAtLast) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  acme.database_down = true;
  // Up again just when the rejection is confirmed: the registration succeeds, but it is not needed.
  told.disturbance = [this](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    if (moment == Moment::kBefore && request.url.ends_with("/register")) acme.database_down = false;
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  EXPECT_EQ(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
  EXPECT_EQ(outcome.fqdns[0].action, Action::kKept);
  EXPECT_EQ(outcome.fqdns[0].verdict, Verdict::kValid);
  EXPECT_THAT(outcome.unused, SizeIs(1));
  EXPECT_THAT(outcome.records, IsEmpty());
}

}  // namespace
}  // namespace client
