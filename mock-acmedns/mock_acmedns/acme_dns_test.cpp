// Faults and time, on the whole acme-dns in memory.
#include "mock_acmedns/acme_dns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "conformance/dns_text.h"
#include "mock_acmedns/dns_message.h"

namespace mock_acmedns {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AcmeDnsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    acme_ = AcmeDns::Create({}, clock_, random_).value();
    account_ = *acme_->database().Register({}).value();
    name_ = account_.subdomain.Text() + ".auth.example.org";
  }
  void Update(char c) { ASSERT_TRUE(acme_->database().Update(account_.subdomain, std::string(43, c))); }
  /// The first letter of each TXT value, by a look-up without wire format.
  std::string Letters() {
    const auto answer = acme_->LookUp(name_, kTypeTxt);
    if (!answer) return "no answer";
    std::string letters;
    for (const DnsRecord& record : answer->records) letters += record.data.substr(0, 1);
    return letters;
  }
  /// The same question as a message, the answer as scenarios show it.
  mock_http::conformance::Json Ask(Transport transport = Transport::kUdp, const std::string& type = "TXT") {
    const mock_http::conformance::Json ask = {{"name", name_}, {"type", type}};
    const std::string query = mock_http::conformance::DnsQuery(ask, 7).value();
    const DnsExchange exchange = acme_->AskDns(query, transport);
    if (!exchange.reply) return {{"reply", "none"}};
    return mock_http::conformance::DnsReply(query, *exchange.reply);
  }
  void Put(const std::string& fault) { acme_->dns_faults().Put(DnsFaultFromJson(json::parse(fault)).value()); }

  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_{1};
  std::unique_ptr<AcmeDns> acme_;
  Account account_;
  std::string name_;
};

TEST_F(AcmeDnsTest, AnswersTheSameWithAndWithoutWireFormat) {
  EXPECT_EQ(Letters(), "");
  EXPECT_EQ(acme_->LookUp(name_, kTypeTxt)->rcode, rcode::kNxDomain);
  EXPECT_EQ(Ask()["rcode"], "NXDOMAIN");
  Update('A');
  Update('B');
  EXPECT_EQ(Letters(), "AB");
  EXPECT_EQ(Ask()["answer"].size(), 2U);
  EXPECT_EQ(Ask()["answer"][1]["data"][0], std::string(43, 'B'));
}

TEST_F(AcmeDnsTest, ServfailThenRecovers) {
  Update('A');
  Put(R"({"match": {"name": "*.AUTH.example.org.", "type": "TXT", "times": 2}, "action": {"rcode": "SERVFAIL"}})");
  EXPECT_EQ(Ask(Transport::kUdp, "A")["rcode"], "NXDOMAIN") << "another type";
  EXPECT_EQ(Ask()["rcode"], "SERVFAIL");
  EXPECT_EQ(acme_->LookUp(name_, kTypeTxt)->rcode, rcode::kServFail);
  EXPECT_EQ(Ask()["rcode"], "NOERROR");
}

TEST_F(AcmeDnsTest, GivesNoAnswerThenRecovers) {
  Update('A');
  Put(R"({"id": "silent", "match": {"transport": "udp"}, "action": {"no_answer": true}})");
  EXPECT_EQ(Ask()["reply"], "none");
  EXPECT_EQ(Letters(), "no answer");
  EXPECT_EQ(Ask(Transport::kTcp)["rcode"], "NOERROR");
  EXPECT_TRUE(acme_->dns_faults().Remove("silent"));
  EXPECT_EQ(Letters(), "A");
}

TEST_F(AcmeDnsTest, ShowsStaleValuesThenRecovers) {
  Update('A');
  clock_.Advance(seconds(1));
  Update('B');
  Put(R"({"action": {"stale_txt": true}})");
  EXPECT_EQ(Letters(), "A");
  clock_.Advance(seconds(1));
  Update('C');
  EXPECT_EQ(Letters(), "AB");
  acme_->dns_faults().Clear();
  EXPECT_EQ(Letters(), "CB");
}

TEST_F(AcmeDnsTest, ShowsUpdatesOnlyAfterADelay) {
  Put(R"({"action": {"txt_delay_ms": 5000}})");
  Update('A');
  clock_.Advance(milliseconds(3000));
  Update('B');
  EXPECT_EQ(Ask()["rcode"], "NXDOMAIN");
  clock_.Advance(milliseconds(2000));
  EXPECT_EQ(Letters(), "A");
  clock_.Advance(milliseconds(3000));
  EXPECT_EQ(Letters(), "AB");
}

TEST_F(AcmeDnsTest, TruncatesOverUdpAlone) {
  Update('A');
  Put(R"({"action": {"truncate": true}})");
  const auto reply = Ask();
  EXPECT_EQ(reply["flags"], (mock_http::conformance::Json{"qr", "aa", "tc", "rd"}));
  EXPECT_TRUE(reply["answer"].empty());
  EXPECT_EQ(Ask(Transport::kTcp)["answer"].size(), 1U);
}

TEST_F(AcmeDnsTest, DelaysReplies) {
  Put(R"({"match": {"skip": 1}, "action": {"delay_ms": 250}})");
  EXPECT_EQ(acme_->LookUp(name_, kTypeTxt)->delay, milliseconds(0));
  EXPECT_EQ(acme_->LookUp(name_, kTypeTxt)->delay, milliseconds(250));
}

TEST_F(AcmeDnsTest, HidesValuesWhileTheDatabaseIsDown) {
  Update('A');
  acme_->database().SetState(DatabaseState::kDown);
  EXPECT_EQ(Ask()["rcode"], "NXDOMAIN");
  acme_->database().SetState(DatabaseState::kUp);
  EXPECT_EQ(Ask()["rcode"], "NOERROR");
}

TEST_F(AcmeDnsTest, KeepsAHistoryOfQueries) {
  Update('A');
  Put(R"({"id": "f", "match": {"transport": "tcp"}, "action": {"no_answer": true}})");
  Ask();
  Ask(Transport::kTcp);
  acme_->AskDns("scrap", Transport::kUdp);
  ASSERT_EQ(acme_->dns_history().size(), 3U);
  const DnsHistoryEntry& first = acme_->dns_history()[0];
  EXPECT_EQ(first.name, name_ + ".");
  EXPECT_EQ(first.type, "TXT");
  EXPECT_EQ(first.rcode, rcode::kNoError);
  EXPECT_EQ(first.answers, 1U);
  EXPECT_EQ(acme_->dns_history()[1].rcode, std::nullopt);
  EXPECT_EQ(acme_->dns_history()[1].fault_id, "f");
  EXPECT_EQ(acme_->dns_history()[2].name, "");
  acme_->SetDnsHistoryCapacity(0);
  Ask();
  EXPECT_TRUE(acme_->dns_history().empty());
  EXPECT_EQ(acme_->dns_queries(), 4U);
}

TEST_F(AcmeDnsTest, ReadsNoMoreOfADatagramThanTheLibrary) {
  mock_http::conformance::Json ask = {{"name", name_}, {"type", "TXT"}, {"edns", true}};
  ask["edns_options"] =
      "fde9"
      "01f4" +
      std::string(1000, '0');
  const std::string query = mock_http::conformance::DnsQuery(ask, 7).value();
  ASSERT_GT(query.size(), 512U);
  const auto over = [&](Transport transport) {
    return mock_http::conformance::DnsReply(query, *acme_->AskDns(query, transport).reply)["rcode"];
  };
  EXPECT_EQ(over(Transport::kUdp), "FORMERR");
  EXPECT_EQ(over(Transport::kTcp), "NXDOMAIN");
}

TEST(DnsFaultJson, GoesRoundTrip) {
  const json fault = json::parse(R"({"id": "x", "match": {"name": "*", "type": "TXT", "transport": "tcp",
    "probability": 0.5, "skip": 1, "times": 3}, "action": {"rcode": "REFUSED", "no_answer": true, "stale_txt": true,
    "txt_delay_ms": 5, "truncate": true, "delay_ms": 9}})");
  EXPECT_EQ(DnsFaultToJson(DnsFaultFromJson(fault).value()), fault);
}

TEST(DnsFaultJson, NamesTheMemberThatIsWrong) {
  const auto error = [](const char* text) { return DnsFaultFromJson(json::parse(text)).error(); };
  EXPECT_EQ(error(R"({"action": {"rcode": "OOPS"}})"), "action.rcode must be the name of a code, e.g. \"SERVFAIL\"");
  EXPECT_EQ(error(R"({"match": {"transport": "quic"}, "action": {}})"), "match.transport must be \"udp\" or \"tcp\"");
  EXPECT_EQ(error(R"({"match": {"probability": 2}, "action": {}})"), "match.probability must be a number from 0 to 1");
  EXPECT_EQ(error(R"({"action": {"delay_ms": -1}})"), "action.delay_ms must be a whole number from 0 to 86400000");
  EXPECT_EQ(error(R"({"match": {"type": "txt"}, "action": {}})"),
            "match.type must be the name of a type in capitals, or TYPE and its number when it has no name");
  EXPECT_EQ(error("{}"), "action is missing: it says what happens, e.g. {\"rcode\": \"SERVFAIL\"}");
  EXPECT_EQ(error("[]"), "the body must be an object");
  EXPECT_EQ(error(R"({"actoin": {}, "action": {}})"), "actoin is unknown; known: id, seen, fired, match, action");
}

TEST(DnsFaultPlan, DrawsProbabilities) {
  mock_http::SeededRandom random(3);
  DnsFaultPlan plan(random);
  plan.Put({.match = {.probability = 0.5}, .action = {.no_answer = true}});
  int fired = 0;
  for (int i = 0; i < 1000; ++i) fired += plan.Next({.name = "a.", .type = "A"}) ? 1 : 0;
  EXPECT_GT(fired, 400);
  EXPECT_LT(fired, 600);
  EXPECT_EQ(plan.ToJson()[0]["fired"], fired);
  EXPECT_EQ(plan.ToJson()[0]["seen"], 1000);
}

TEST(AcmeDns, SameSeedSameAnswers) {
  const auto run = [] {
    mock_http::VirtualClock clock;
    mock_http::SeededRandom random(42);
    const auto acme = AcmeDns::Create({}, clock, random).value();
    return acme->endpoint().Serve({.method = "POST", .target = "/register"}).response.body;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace mock_acmedns
