#include "dns/verifier.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "dns/fake_resolver.h"
#include "testing/fakes.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using testing::FakeClock;
using testing::FakeResolver;
using ::testing::Field;
using ::testing::HasSubstr;

constexpr const char* kFulldomain = "id.auth.example.org";
constexpr const char* kServer = "192.0.2.1";

class DnsVerification : public ::testing::Test {
 protected:
  DnsVerification() {
    dns_.Add("", "auth.example.org", DnsType::kNs, "ns.example.org.");
    dns_.Add("", "ns.example.org", DnsType::kA, kServer);
  }
  ResolverVerifier Verifier(std::vector<std::string> resolvers = {}) {
    return {dns_, clock_, {.look_up = {.resolvers = std::move(resolvers)}}};
  }
  Result<void> VerifyTxt(std::vector<std::string> resolvers = {}) {
    return Verifier(std::move(resolvers)).VerifyTxt({.fulldomain = kFulldomain, .text = "new", .patience = 10s});
  }
  Result<CnameAnswer> LookUpCname() {
    return Verifier().LookUpCname({.fqdn = "api.example.com", .fulldomain = kFulldomain});
  }

  FakeResolver dns_;
  FakeClock clock_;
};

TEST_F(DnsVerification, AsksTheZonesOwnServerForTheTextAndNobodyElse) {
  dns_.Add(kServer, kFulldomain, DnsType::kTxt, "old");
  dns_.Add(kServer, kFulldomain, DnsType::kTxt, "new");
  EXPECT_TRUE(VerifyTxt());
  for (const DnsQuestion& question : dns_.questions) {
    if (question.name != "id.auth.example.org.") continue;
    EXPECT_EQ(question.type, DnsType::kTxt);
    EXPECT_EQ(question.server, kServer);
    EXPECT_FALSE(question.recursion_desired);
  }
  EXPECT_TRUE(clock_.slept.empty());
}

TEST_F(DnsVerification, WaitsUntilTheTextShows) {
  clock_.on_sleep = [&](auto) {
    if (clock_.slept.size() == 3) dns_.Add(kServer, kFulldomain, DnsType::kTxt, "new");
  };
  EXPECT_TRUE(VerifyTxt());
  EXPECT_EQ(clock_.slept.size(), 3U);
}

TEST_F(DnsVerification, GivesUpAfterItsPatienceAndSaysWhatItSaw) {
  dns_.Add(kServer, kFulldomain, DnsType::kTxt, "old");
  const auto verified = VerifyTxt();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(verified.error().message, HasSubstr("ns.example.org. (192.0.2.1) says NOERROR with 1 other TXT records"));
  EXPECT_LE(clock_.Monotonic(), 10s);
}

TEST_F(DnsVerification, IgnoresTextsOfOtherNamesAndTypes) {
  dns_.Behave(kServer, [](const DnsQuestion&) -> Result<DnsAnswer> {
    return DnsAnswer{.records = {{.name = "other.auth.example.org.", .type = DnsType::kTxt, .data = "new"},
                                 {.name = "id.auth.example.org.", .type = DnsType::kCname, .data = "new"}}};
  });
  EXPECT_FALSE(VerifyTxt());
}

TEST_F(DnsVerification, AsksTheConfiguredResolversInPlaceOfTheZonesServers) {
  dns_.Add("resolver:5353", kFulldomain, DnsType::kTxt, "new");
  EXPECT_TRUE(VerifyTxt({"resolver:5353"}));
  ASSERT_EQ(dns_.questions.size(), 1U);
  EXPECT_TRUE(dns_.questions[0].recursion_desired);
}

TEST_F(DnsVerification, NeedsOnlyTheServersThatAnswer) {
  dns_.Add("", "auth.example.org", DnsType::kNs, "lame.example.org.");
  dns_.Add("", "lame.example.org", DnsType::kA, "192.0.2.2");
  dns_.Behave("192.0.2.2", FakeResolver::Says(DnsCode::kRefused));
  dns_.Add(kServer, kFulldomain, DnsType::kTxt, "new");
  EXPECT_TRUE(VerifyTxt());
}

TEST_F(DnsVerification, IsNotContentWhileOneServerAnswersWithoutTheText) {
  dns_.Add("", "auth.example.org", DnsType::kNs, "slow.example.org.");
  dns_.Add("", "slow.example.org", DnsType::kA, "192.0.2.2");
  dns_.Add(kServer, kFulldomain, DnsType::kTxt, "new");
  clock_.on_sleep = [&](auto) { dns_.Add("192.0.2.2", kFulldomain, DnsType::kTxt, "new"); };
  EXPECT_TRUE(VerifyTxt());
  EXPECT_EQ(clock_.slept.size(), 1U);
}

TEST_F(DnsVerification, RecoversFromServfailAndTimeouts) {
  dns_.Add(kServer, kFulldomain, DnsType::kTxt, "new");
  for (const std::string& broken : {std::string(), std::string(kServer)}) {
    for (const auto& behaviour : {FakeResolver::Says(DnsCode::kServFail), FakeResolver::Fails(ErrorKind::kTemporary)}) {
      dns_.Behave(broken, behaviour);
      clock_.on_sleep = [&](auto) { dns_.Recover(broken); };
      EXPECT_TRUE(VerifyTxt());
    }
  }
}

TEST_F(DnsVerification, EndsWhenStoppedInAnyStep) {
  dns_.Add(kServer, kFulldomain, DnsType::kTxt, "new");
  for (const std::string& step : {std::string(), std::string(kServer)}) {
    dns_.Behave(step, FakeResolver::Fails(ErrorKind::kCancelled));
    const auto verified = VerifyTxt();
    dns_.Recover(step);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().kind, ErrorKind::kCancelled);
  }
  dns_.Remove(kServer, kFulldomain);
  clock_.cancelled = true;
  const auto verified = VerifyTxt();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().kind, ErrorKind::kCancelled);
}

TEST_F(DnsVerification, SaysWhichResolverCantBeUsed) {
  dns_.Behave("no server", FakeResolver::Fails(ErrorKind::kMisconfigured));
  const auto verified = VerifyTxt({"no server"});
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().kind, ErrorKind::kMisconfigured);
}

TEST_F(DnsVerification, FindsACorrectCname) {
  dns_.Add("", "_acme-challenge.api.example.com", DnsType::kCname, "id.auth.example.org.");
  const auto answer = LookUpCname();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, CnameState::kCorrect);
  EXPECT_EQ(answer->target, kFulldomain);
}

TEST_F(DnsVerification, FollowsAChainOfCnames) {
  dns_.Add("", "_acme-challenge.api.example.com", DnsType::kCname, "a.example.net.");
  dns_.Add("", "a.example.net", DnsType::kCname, "b.example.net.");
  dns_.Add("", "b.example.net", DnsType::kCname, "id.auth.example.org.");
  const auto answer = LookUpCname();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, CnameState::kCorrect);
}

TEST_F(DnsVerification, TakesFurtherLinksFromTheSameAnswer) {
  dns_.Behave("", [](const DnsQuestion&) -> Result<DnsAnswer> {
    return DnsAnswer{
        .records = {{.name = "_acme-challenge.api.example.com.", .type = DnsType::kCname, .data = "a.example.net."},
                    {.name = "a.example.net.", .type = DnsType::kCname, .data = "id.auth.example.org."}}};
  });
  const auto answer = LookUpCname();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, CnameState::kCorrect);
  EXPECT_EQ(dns_.questions.size(), 1U);
}

TEST_F(DnsVerification, TellsAMissingCname) {
  const auto answer = LookUpCname();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, CnameState::kMissing);
}

TEST_F(DnsVerification, TellsWhereACnameLeadsInstead) {
  dns_.Add("", "_acme-challenge.api.example.com", DnsType::kCname, "a.example.net.");
  dns_.Add("", "a.example.net", DnsType::kA, "192.0.2.7");
  const auto answer = LookUpCname();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, CnameState::kElsewhere);
  EXPECT_EQ(answer->target, "a.example.net");
}

TEST_F(DnsVerification, DoesNotAskForOtherNamesOfTheZone) {
  dns_.Add("", "_acme-challenge.api.example.com", DnsType::kCname, "former.auth.example.org.");
  const auto answer = LookUpCname();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, CnameState::kElsewhere);
  EXPECT_EQ(answer->target, "former.auth.example.org");
  EXPECT_THAT(dns_.questions, Not(Contains(Field(&DnsQuestion::name, HasSubstr("former")))));
}

TEST_F(DnsVerification, RefusesALoopOfCnames) {
  dns_.Add("", "_acme-challenge.api.example.com", DnsType::kCname, "a.example.net.");
  dns_.Add("", "a.example.net", DnsType::kCname, "_acme-challenge.api.example.com.");
  const auto answer = LookUpCname();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(answer.error().message, HasSubstr("loop"));
}

TEST_F(DnsVerification, RefusesAnEndlessChainOfCnames) {
  dns_.Behave("", [](const DnsQuestion& question) -> Result<DnsAnswer> {
    return DnsAnswer{
        .records = {{.name = CanonicalName(question.name), .type = DnsType::kCname, .data = "x" + question.name}}};
  });
  const auto answer = LookUpCname();
  ASSERT_FALSE(answer);
  EXPECT_LE(dns_.questions.size(), 11U);
}

TEST_F(DnsVerification, DoesNotCallACnameMissingWhenDnsFails) {
  dns_.Behave("", FakeResolver::Says(DnsCode::kServFail));
  const auto answer = LookUpCname();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary);
}

}  // namespace
}  // namespace client
