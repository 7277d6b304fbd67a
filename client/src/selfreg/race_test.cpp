// Two clients on one Secret. First systematically: at each request of the first in turn, before it and after its
// effect, the second runs from beginning to end, and then the first goes on with what it knows. Then at random: their
// requests in any order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;

struct RaceCase {
  const char* name;
  Flow first;
  Flow second;
  bool secret_exists;
  bool furnished;  ///< with a registration that acme-dns has forgotten
  std::vector<std::string> second_fqdns = {"a.example.com", "b.example.com"};
};

void PrintTo(const RaceCase& race, std::ostream* out) {
  *out << race.name;
}

class Race : public testing::World, public ::testing::WithParamInterface<RaceCase> {
 protected:
  void Reset() {
    acme = testing::FakeAcmeDns();
    kube = testing::FakeSecretApi();
    kube.clock = &clock;
    if (GetParam().secret_exists) kube.Put("s", {{"other", "x"}}, "argocd");
    if (GetParam().furnished) {
      kube.objects.clear();
      Invalidate(Furnish({"a.example.com", "b.example.com"}));
    }
  }

  void ExpectGoodEnd(const Outcome& first, const Outcome& second) {
    EXPECT_EQ(first.exit_code(), ExitCode::kDone);
    EXPECT_EQ(second.exit_code(), ExitCode::kDone);
    ExpectAllAccepted();
    EXPECT_EQ(FulldomainOf("a.example.com"), FulldomainOf("b.example.com")) << "one registration";
    // The forgotten account is no account of this race.
    EXPECT_LE(Unused() - (GetParam().furnished ? 1 : 0), 1);
    EXPECT_LE(acme.registrations, 2);
    EXPECT_EQ(first.unused.size() + second.unused.size(), static_cast<std::size_t>(acme.registrations - 1));
    // Whoever announced, announced what the Secret holds.
    std::vector<std::string> records = first.records;
    records.insert(records.end(), second.records.begin(), second.records.end());
    EXPECT_FALSE(records.empty());
    for (const std::string& record : records) {
      EXPECT_THAT(record, ::testing::EndsWith(FulldomainOf("a.example.com") + "."));
    }
    if (GetParam().secret_exists && !GetParam().furnished) {
      EXPECT_EQ(Foreign().size(), 1U);
    }
  }
};

/// Lets one of two threads run at a time; who waits for whom is drawn at each turn. So each number is one order of
/// their requests, and always the same.
class Turns {
 public:
  explicit Turns(std::uint64_t seed) : random_(seed) {}

  /// Blocks until it is the turn of `me`. To be called first of all in each thread.
  void Start(int me) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == me; });
  }
  /// Offers the turn to the other.
  void Offer(int me) {
    std::unique_lock lock(mutex_);
    if (!ended_[1 - me] && random_.Next() % 2 == 0) turn_ = 1 - me;
    changed_.notify_all();
    changed_.wait(lock, [&] { return turn_ == me; });
  }
  void End(int me) {
    const std::scoped_lock lock(mutex_);
    ended_[me] = true;
    turn_ = 1 - me;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  testing::SeededRandom random_;
  bool ended_[2] = {false, false};
  int turn_ = 0;
};

TEST_P(Race, EndsWithOneValidRegistrationAndAtMostOneUnusedAccount) {
  const RaceCase& race = GetParam();
  Reset();
  ASSERT_EQ(Run(race.first).exit_code(), ExitCode::kDone);
  const int steps_alone = steps;
  ASSERT_GE(steps_alone, 5);
  for (int at = 1; at <= steps_alone; ++at) {
    for (const Moment moment : {Moment::kBefore, Moment::kAfter}) {
      SCOPED_TRACE(::testing::Message() << "the second runs " << (moment == Moment::kBefore ? "before" : "after")
                                        << " request " << at << " of the first");
      Reset();
      Told first = told;
      Told second = told;
      second.options.fqdns = race.second_fqdns;
      std::optional<Outcome> other;
      first.disturbance = [&](int step, Moment now, const HttpRequest&) -> std::optional<Error> {
        if (step == at && now == moment && !other) other = Run(race.second, second);
        return std::nullopt;
      };
      const Outcome outcome = Run(race.first, first);
      ASSERT_TRUE(other.has_value());
      ExpectGoodEnd(outcome, *other);
    }
  }
}

TEST_P(Race, EndsWellInWhateverOrderTheRequestsCome) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Reset();
    Turns turns(seed);
    Told how[2] = {told, told};
    how[1].options.fqdns = GetParam().second_fqdns;
    Outcome outcomes[2];
    const auto run = [&](int me) {
      turns.Start(me);
      how[me].disturbance = [&turns, me](int, Moment, const HttpRequest&) -> std::optional<Error> {
        turns.Offer(me);
        return std::nullopt;
      };
      outcomes[me] = Run(me == 0 ? GetParam().first : GetParam().second, how[me]);
      turns.End(me);
    };
    std::thread other(run, 1);
    run(0);
    other.join();
    ExpectGoodEnd(outcomes[0], outcomes[1]);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Race,
    ::testing::Values(
        RaceCase{"RegisterAndRegisterOnAnEmptySecret", Flow::kRegister, Flow::kRegister, true, false},
        RaceCase{"RegisterAndRegisterWithoutASecret", Flow::kRegister, Flow::kRegister, false, false},
        RaceCase{"RegisterAndCheckOnAnEmptySecret", Flow::kRegister, Flow::kCheck, true, false},
        RaceCase{"CheckAndRegisterOnAnEmptySecret", Flow::kCheck, Flow::kRegister, true, false},
        RaceCase{"CheckAndRegisterWithoutASecret", Flow::kCheck, Flow::kRegister, false, false},
        RaceCase{"CheckAndCheckOnARejectedRegistration", Flow::kCheck, Flow::kCheck, true, true},
        RaceCase{"CheckOfTwoFqdnsAndRegisterOfOne", Flow::kCheck, Flow::kRegister, true, false, {"a.example.com"}},
        RaceCase{"CheckOfTwoFqdnsAndCheckOfOneMore",
                 Flow::kCheck,
                 Flow::kCheck,
                 true,
                 true,
                 {"a.example.com", "b.example.com", "c.example.com"}}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

class ConflictingWrites : public testing::World {};

TEST_F(ConflictingWrites, AreMergedWithWhatOthersWrote) {
  kube.Put("s", {{"other", "x"}}, "argocd");
  const json theirs = acme.MakeAccount();
  bool once = false;
  told.disturbance = [&](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    const bool write = request.method == "PATCH" && !request.url.ends_with("dryRun=All");
    if (write && moment == Moment::kBefore && !std::exchange(once, true)) {
      kube.Put("s", {{"acmedns.json", json({{"z.example.com", theirs}}).dump()}, {"more", "y"}}, "person");
    }
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_EQ(FulldomainOf("z.example.com"), theirs["fulldomain"].get<std::string>());
  EXPECT_EQ(Foreign().size(), 2U);
  EXPECT_EQ(acme.registrations, 1) << "never a second registration for the same need";
  EXPECT_THAT(outcome.unused, IsEmpty());
}

TEST_F(ConflictingWrites, EndTheRunWhenTheyNeverCease) {
  kube.Put("s", {}, "argocd");
  told.disturbance = [&](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    const bool write = request.method == "PATCH" && !request.url.ends_with("dryRun=All");
    if (write && moment == Moment::kBefore) kube.Put("s", {{"counter", std::to_string(clock.slept.size())}}, "fighter");
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kRegister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kKubernetesUnavailable);
  EXPECT_THAT(outcome.failure->error.message, ::testing::HasSubstr("conflicts"));
  EXPECT_EQ(acme.registrations, 1);
  EXPECT_FALSE(kube.objects["s"].data.contains("acmedns.json"));
}

TEST_F(ConflictingWrites, ServeAnotherNeedWithARegistrationThatHasLostItsOwn) {
  Invalidate(Furnish({"a.example.com"}));
  Invalidate(Furnish({"b.example.com"}));
  bool once = false;
  // While the replacement for a's is under way, somebody furnishes a by hand.
  told.disturbance = [&](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
    if (moment == Moment::kAfter && request.url.ends_with("/register") && !std::exchange(once, true)) {
      Furnish({"a.example.com"});
    }
    return std::nullopt;
  };
  const Outcome outcome = Run(Flow::kCheck);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_EQ(acme.registrations, 1);
  EXPECT_THAT(outcome.unused, IsEmpty());
  EXPECT_EQ(outcome.fqdns[0].action, Action::kAdopted);
  EXPECT_EQ(outcome.fqdns[1].action, Action::kReregistered);
}

}  // namespace
}  // namespace client
