// Each flow with each of its requests failing in turn: before its effect or after it, once or from then on for good.
// The Secret must be valid at every moment, nothing of anybody else's may change, no more accounts may be lost than
// there were requests for one, and a run without disturbance must then put everything right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

enum class Start : std::uint8_t { kNoSecret, kEmptySecret, kUnreadable, kValid, kRejected, kTwoRejected, kOneMissing };

struct FlowCase {
  const char* name;
  Flow flow;
  Start start;
};

void PrintTo(const FlowCase& flow, std::ostream* out) {
  *out << flow.name;
}

class EachStep : public testing::World, public ::testing::WithParamInterface<FlowCase> {
 protected:
  void Reset() {
    acme = testing::FakeAcmeDns();
    kube = testing::FakeSecretApi();
    kube.clock = &clock;
    const Start start = GetParam().start;
    if (start == Start::kNoSecret) return;
    kube.Put("s", {{"acmedns.json", start == Start::kUnreadable ? "{broken" : "{}"}, {"other", "x"}}, "argocd");
    if (start == Start::kValid) Furnish({"a.example.com", "b.example.com"});
    if (start == Start::kOneMissing) Furnish({"b.example.com"});
    if (start == Start::kRejected) Invalidate(Furnish({"a.example.com", "b.example.com"}));
    if (start == Start::kTwoRejected) {
      Invalidate(Furnish({"a.example.com"}));
      Invalidate(Furnish({"b.example.com"}));
    }
  }

  int AccountsAtStart() const {
    switch (GetParam().start) {
      case Start::kNoSecret:
      case Start::kEmptySecret:
      case Start::kUnreadable:
        return 0;
      case Start::kTwoRejected:
        return 2;
      default:
        return 1;
    }
  }

  void ExpectSafe(const std::string& before) {
    if (!kube.objects.contains("s") || kube.objects["s"].data["acmedns.json"] == before) return;
    ExpectSecretValid();
    if (GetParam().start != Start::kNoSecret) {
      EXPECT_THAT(Foreign(), ElementsAre(Pair("other", "x")));
    }
    if (GetParam().start == Start::kUnreadable) {
      EXPECT_EQ(kube.objects["s"].data["acmedns.json.unreadable"], "{broken");
    }
    // An entry that was replaced was replaced by one that works.
    const AcmednsJson map = Map();
    const AcmednsJson former = AcmednsJson::Parse(SecretText(before));
    for (const std::string& fqdn : told.options.fqdns) {
      const Registration* now = map.Find(fqdn);
      const Registration* then = former.Find(fqdn);
      if (now != nullptr && (then == nullptr || !now->SameAccount(*then))) {
        EXPECT_TRUE(acme.Accepts(*now));
      }
    }
  }

  void ExpectRecovery() {
    const int registrations = acme.registrations;
    const Outcome outcome = Run(Flow::kCheck);
    EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
    ExpectAllAccepted();
    const int needed = GetParam().start == Start::kTwoRejected ? 2 : 1;
    EXPECT_LE(acme.registrations - registrations, needed);
    EXPECT_LE(acme.made - AccountsAtStart(), acme.registrations) << "at most one account for each request for one";
    if (GetParam().start != Start::kNoSecret) {
      EXPECT_THAT(Foreign(), ElementsAre(Pair("other", "x")));
    }
  }

  /// Runs the flow once for each of its requests and both moments, failing as `fails` says.
  void FailAtEach(const std::function<bool(int step, int at)>& fails, const Error& error) {
    Reset();
    ASSERT_EQ(Run(GetParam().flow).exit_code(), ExitCode::kDone);
    const int steps_alone = steps;
    ASSERT_GE(steps_alone, 2);
    for (int at = 1; at <= steps_alone; ++at) {
      for (const Moment moment : {Moment::kBefore, Moment::kAfter}) {
        SCOPED_TRACE(::testing::Message() << "request " << at << " of " << steps_alone << " fails "
                                          << (moment == Moment::kBefore ? "before" : "after") << " its effect");
        Reset();
        const std::string before = kube.objects.contains("s") ? kube.objects["s"].data["acmedns.json"] : "";
        Told disturbed = told;
        disturbed.disturbance = [&](int step, Moment now, const HttpRequest& request) -> std::optional<Error> {
          ExpectSafe(before);
          if (step == at) failed_event_ = request.url.ends_with("/events");
          // After the first failure at `at` everything later fails before it has an effect.
          const bool hit = fails(step, at) && (step == at ? now == moment : now == Moment::kBefore);
          return hit ? std::optional(error) : std::nullopt;
        };
        const Outcome outcome = Run(GetParam().flow, disturbed);
        ExpectSafe(before);
        Judge(outcome);
        ExpectRecovery();
      }
    }
  }

  std::function<void(const Outcome&)> judge_;
  bool failed_event_ = false;  ///< the request that fails first is the one for an Event
  void Judge(const Outcome& outcome) {
    if (judge_) judge_(outcome);
  }
};

TEST_P(EachStep, MayFailOnceAndTheRunStillSucceeds) {
  judge_ = [this](const Outcome& outcome) {
    EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
    ExpectAllAccepted();
    EXPECT_LE(Unused() - AccountsAtStart(), 1) << "a lost answer to /register costs one account";
    // Whatever changed was announced, exactly once per FQDN.
    EXPECT_LE(outcome.records.size(), 2U);
    for (const FqdnReport& report : outcome.fqdns) {
      const bool changed = report.action != Action::kKept;
      const auto announced = std::ranges::count(outcome.records, CnameRecord(report.fqdn, report.fulldomain));
      EXPECT_EQ(announced, changed ? 1 : 0) << report.fqdn;
    }
  };
  FailAtEach([](int step, int at) { return step == at; }, testing::NoAnswer());
}

TEST_P(EachStep, MayFailForGoodAndNothingIsLost) {
  judge_ = [this](const Outcome& outcome) {
    if (outcome.exit_code() == ExitCode::kDone) ExpectAllAccepted();  // only the Event failed
  };
  FailAtEach([](int step, int at) { return step >= at; }, testing::NoAnswer());
}

TEST_P(EachStep, MayBeTheLastBeforeAStopAndOneAccountIsLostAtMost) {
  int stopped_at = 0;
  judge_ = [this, &stopped_at](const Outcome&) {
    // An Event's failure is of no consequence, so a stop there is noticed by the next request.
    EXPECT_LE(steps, stopped_at + (failed_event_ ? 1 : 0));
    // Rejected and replaced accounts are no losses.
    EXPECT_LE(Unused() - AccountsAtStart(), 1);
  };
  FailAtEach(
      [&stopped_at](int step, int at) {
        stopped_at = at;
        return step >= at;
      },
      testing::Stopped());
}

INSTANTIATE_TEST_SUITE_P(
    All, EachStep,
    ::testing::Values(FlowCase{"RegisterWithoutASecret", Flow::kRegister, Start::kNoSecret},
                      FlowCase{"RegisterOnAnEmptySecret", Flow::kRegister, Start::kEmptySecret},
                      FlowCase{"RegisterOnAnUnreadableMap", Flow::kRegister, Start::kUnreadable},
                      FlowCase{"RegisterAnAddedFqdn", Flow::kRegister, Start::kOneMissing},
                      FlowCase{"CheckWithoutASecret", Flow::kCheck, Start::kNoSecret},
                      FlowCase{"CheckAValidRegistration", Flow::kCheck, Start::kValid},
                      FlowCase{"CheckARejectedRegistration", Flow::kCheck, Start::kRejected},
                      FlowCase{"CheckTwoRejectedRegistrations", Flow::kCheck, Start::kTwoRejected},
                      FlowCase{"ReregisterAValidRegistration", Flow::kReregister, Start::kValid},
                      FlowCase{"ReregisterARejectedRegistration", Flow::kReregister, Start::kRejected},
                      FlowCase{"ReregisterTwoRegistrations", Flow::kReregister, Start::kTwoRejected}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace client
