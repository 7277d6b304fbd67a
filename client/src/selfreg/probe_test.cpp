#include "selfreg/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "testing/acme_dns.h"
#include "testing/fakes.h"

namespace client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RegistrationNumber;
using ::testing::SizeIs;

class Probing : public ::testing::Test {
 protected:
  Probing() {
    acme_.MakeAccount();
    acme_.MakeAccount();
  }
  Judgement ProbeOne(const Registration& registration) { return Probe({registration}, options_, tools_).at(0); }
  /// acme-dns answers as `answers` say, one letter per request, the last for ever: k(nows) f(orbidden) 5(00) n(o
  /// answer) p(roxy's 401) r(ate limit).
  void Script(std::string answers) {
    script_ = std::move(answers);
    position_ = 0;
  }
  static HttpResponse Forbidden() { return {.status = 401, .body = R"({"error": "forbidden"})"}; }

  Result<HttpResponse> Answer(const HttpRequest& request) {
    times_.push_back(clock_.Monotonic());
    if (script_.empty()) return acme_.Handle(request);
    const char letter = script_[std::min(position_++, script_.size() - 1)];
    switch (letter) {
      case 'f':
        return Forbidden();
      case '5':
        return HttpResponse{.status = 500};
      case 'r':
        return HttpResponse{.status = 429, .headers = {{"Retry-After", "11"}}};
      case 'n':
        return Fail(ErrorKind::kTemporary, "no answer");
      case 'p':
        return HttpResponse{.status = 401, .headers = {{"WWW-Authenticate", "Basic"}}};
      default:
        return acme_.Handle(request);
    }
  }

  testing::FakeAcmeDns acme_;
  std::string script_;
  std::size_t position_ = 0;
  std::vector<milliseconds> times_;  ///< of the requests
  testing::FunctionTransport transport_{[this](const HttpRequest& request) { return Answer(request); }};
  testing::FakeClock clock_;
  testing::SeededRandom random_;
  testing::MemoryLog log_;
  RunOptions options_;
  Retrier retrier_{clock_, random_, log_, {.attempts = 3, .deadline = std::chrono::hours(1)}};
  AcmeDnsClient acmedns_{transport_, clock_, {.endpoint = "https://acme-dns.example.com"}};
  ProbeTools tools_{.acmedns = acmedns_, .retrier = retrier_, .random = random_, .log = log_};
};

TEST_F(Probing, AcceptsOnTheFirstGoodAnswer) {
  const Judgement judgement = ProbeOne(RegistrationNumber(1));
  EXPECT_EQ(judgement.verdict, Verdict::kValid);
  EXPECT_THAT(judgement.stored_text, SizeIs(43));
  EXPECT_THAT(acme_.accounts.at(RegistrationNumber(1).username()).texts, ElementsAre(judgement.stored_text));
  EXPECT_THAT(clock_.slept, IsEmpty());
}

TEST_F(Probing, StoresNothingWhenReadOnly) {
  options_.probe = ProbeMode::kReadOnly;
  const Judgement judgement = ProbeOne(RegistrationNumber(1));
  EXPECT_EQ(judgement.verdict, Verdict::kValid);
  EXPECT_EQ(judgement.stored_text, "");
  EXPECT_THAT(acme_.accounts.at(RegistrationNumber(1).username()).texts, IsEmpty());
  EXPECT_EQ(ProbeOne(RegistrationNumber(9)).verdict, Verdict::kRejected);
}

TEST_F(Probing, BelievesARejectionOnlyWhenItIsRepeatedOverTime) {
  const Judgement judgement = ProbeOne(RegistrationNumber(9));
  EXPECT_EQ(judgement.verdict, Verdict::kRejected);
  EXPECT_THAT(judgement.failure->message, HasSubstr("5 times in a row"));
  ASSERT_THAT(times_, SizeIs(5));
  EXPECT_GE(times_.back() - times_.front(), options_.confirm.spread);
  EXPECT_LE(times_.back() - times_.front(), options_.confirm.spread * 5 / 4);
}

TEST_F(Probing, DoesNotRejectWhatIsAcceptedMeanwhile) {
  for (const char* script : {"fk", "ffk", "fffk", "ffffk"}) {
    Script(script);
    EXPECT_EQ(ProbeOne(RegistrationNumber(1)).verdict, Verdict::kValid) << script;
  }
}

TEST_F(Probing, CountsAnewAfterAnyOtherAnswer) {
  for (const char* script : {"ffff5ffffk", "ffffnffffk", "ffffrffffk", "f5f5fk"}) {
    Script(script);
    EXPECT_EQ(ProbeOne(RegistrationNumber(1)).verdict, Verdict::kValid) << script;
  }
  Script("ffff5fffff");
  EXPECT_EQ(ProbeOne(RegistrationNumber(1)).verdict, Verdict::kRejected);
}

TEST_F(Probing, CallsAcmeDnsUnavailableAfterTheAttempts) {
  for (const char* script : {"5", "n", "5n5", "ff5ff5ff5"}) {
    Script(script);
    const Judgement judgement = ProbeOne(RegistrationNumber(1));
    EXPECT_EQ(judgement.verdict, Verdict::kUnavailable) << script;
    EXPECT_EQ(judgement.failure->kind, ErrorKind::kTemporary) << script;
    EXPECT_THAT(judgement.failure->message, HasSubstr("gave up after 3")) << script;
  }
}

TEST_F(Probing, RecoversFromPassingFailures) {
  Script("5nk");
  EXPECT_EQ(ProbeOne(RegistrationNumber(1)).verdict, Verdict::kValid);
}

TEST_F(Probing, WaitsAsLongAsARateLimitAsks) {
  Script("rk");
  EXPECT_EQ(ProbeOne(RegistrationNumber(1)).verdict, Verdict::kValid);
  EXPECT_GE(clock_.slept.at(0), seconds(11));
}

TEST_F(Probing, DoesNotTryAgainWhatTryingCannotChange) {
  Script("p");
  const Judgement judgement = ProbeOne(RegistrationNumber(1));
  EXPECT_EQ(judgement.verdict, Verdict::kUnavailable);
  EXPECT_EQ(judgement.failure->kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(times_, SizeIs(1));
}

TEST_F(Probing, DoesNotRejectWhenTheDeadlineLeavesNoTimeToConfirm) {
  Retrier hurried(clock_, random_, log_, {.deadline = seconds(30)});
  const ProbeTools tools{.acmedns = acmedns_, .retrier = hurried, .random = random_, .log = log_};
  const Judgement judgement = Probe({RegistrationNumber(9)}, options_, tools).at(0);
  EXPECT_EQ(judgement.verdict, Verdict::kUnavailable);
  EXPECT_EQ(judgement.failure->kind, ErrorKind::kTemporary);
  EXPECT_THAT(judgement.failure->message, HasSubstr("--deadline"));
  EXPECT_THAT(judgement.failure->message, HasSubstr("401"));
}

TEST_F(Probing, EndsAtOnceWhenStopped) {
  clock_.cancelled = true;
  Script("f");
  const Judgement judgement = ProbeOne(RegistrationNumber(1));
  EXPECT_EQ(judgement.verdict, Verdict::kUnavailable);
  EXPECT_EQ(judgement.failure->kind, ErrorKind::kCancelled);
  EXPECT_THAT(times_, SizeIs(1));
}

TEST_F(Probing, ConfirmsManyRejectionsInTheTimeOfOne) {
  std::vector<Registration> registrations{RegistrationNumber(1)};
  for (int number = 10; number < 30; ++number) registrations.push_back(RegistrationNumber(number));
  const auto judgements = Probe(registrations, options_, tools_);
  ASSERT_THAT(judgements, SizeIs(21));
  EXPECT_EQ(judgements[0].verdict, Verdict::kValid);
  for (std::size_t i = 1; i < judgements.size(); ++i) EXPECT_EQ(judgements[i].verdict, Verdict::kRejected) << i;
  EXPECT_LE(clock_.Monotonic(), options_.confirm.spread * 5 / 4);
}

TEST_F(Probing, LooksOnceWithoutWaiting) {
  EXPECT_EQ(AskNow(RegistrationNumber(1), ProbeMode::kUpdate, tools_), Verdict::kValid);
  EXPECT_EQ(AskNow(RegistrationNumber(1), ProbeMode::kReadOnly, tools_), Verdict::kValid);
  EXPECT_EQ(AskNow(RegistrationNumber(9), ProbeMode::kUpdate, tools_), Verdict::kRejected);
  Script("5");
  EXPECT_FALSE(AskNow(RegistrationNumber(1), ProbeMode::kUpdate, tools_).has_value());
  EXPECT_THAT(clock_.slept, IsEmpty());
}

TEST(ConfirmationWaits, DoubleAndSumUpToTheSpread) {
  EXPECT_THAT(ConfirmationWaits({}), ElementsAre(seconds(5), seconds(10), seconds(20), seconds(40)));
  EXPECT_THAT(ConfirmationWaits({.tries = 1, .spread = seconds(9)}), IsEmpty());
  EXPECT_THAT(ConfirmationWaits({.tries = 2, .spread = seconds(9)}), ElementsAre(seconds(9)));
  for (const int tries : {3, 7, 60, 1'000}) {
    const auto waits = ConfirmationWaits({.tries = tries, .spread = milliseconds(86'400'001)});
    EXPECT_THAT(waits, SizeIs(tries - 1));
    EXPECT_EQ(std::accumulate(waits.begin(), waits.end(), milliseconds(0)), milliseconds(86'400'001)) << tries;
    EXPECT_THAT(waits, Each(::testing::Ge(milliseconds(0))));
  }
}

TEST(RandomText, HasTheFormOfAChallengesText) {
  testing::SeededRandom random;
  std::string seen;
  for (int i = 0; i < 200; ++i) {
    const std::string text = RandomText(random);
    EXPECT_THAT(text, ::testing::MatchesRegex("[A-Za-z0-9_-]+"));
    EXPECT_THAT(text, SizeIs(43));
    seen += text;
  }
  std::ranges::sort(seen);
  seen.erase(std::ranges::unique(seen).begin(), seen.end());
  EXPECT_THAT(seen, SizeIs(64)) << "every character occurs";
  EXPECT_NE(RandomText(random), RandomText(random));
}

}  // namespace
}  // namespace client
