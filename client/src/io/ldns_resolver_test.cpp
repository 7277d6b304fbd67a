#include "io/ldns_resolver.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "io/system_random.h"
#include "io/testing/dns_responder.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using testing::DnsRequest;
using testing::DnsResponder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Reply;
using ::testing::SizeIs;

constexpr int kServfail = 2;
constexpr int kNxdomain = 3;
constexpr int kFormerr = 1;
constexpr int kRefused = 5;

class Resolver : public ::testing::Test {
 protected:
  Resolver() : stop_(*Stop::Create()) {}

  Result<DnsAnswer> Ask(const DnsResponder& server, DnsType type = DnsType::kTxt,
                        std::chrono::milliseconds timeout = 5s) {
    return resolver_.Ask({.name = "id.auth.example.org", .type = type, .server = server.Address(), .timeout = timeout});
  }

  std::unique_ptr<Stop> stop_;
  SystemRandom random_;
  LdnsResolver resolver_{*stop_, random_};
};

TEST_F(Resolver, ReturnsTheRecordsOfTheAnswer) {
  const DnsResponder server([](const DnsRequest& request) {
    return std::vector{Reply(
        request,
        {.records = {"id.auth.example.org. 1 IN TXT \"one\"", "id.auth.example.org. 1 IN TXT \"two \" \"joined\"",
                     "id.auth.example.org. 300 IN CNAME Other.Example.Net.", "id.auth.example.org. 1 IN A 192.0.2.1",
                     "id.auth.example.org. 1 IN AAAA 2001:db8::1", "id.auth.example.org. 1 IN NS NS.example.org.",
                     "id.auth.example.org. 1 IN MX 10 mail.example.org."}})};
  });
  const auto answer = Ask(server);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->code, DnsCode::kNoError);
  EXPECT_TRUE(answer->authoritative);
  ASSERT_THAT(answer->records, SizeIs(6));
  EXPECT_EQ(answer->records[0].name, "id.auth.example.org.");
  EXPECT_EQ(answer->records[0].data, "one");
  EXPECT_EQ(answer->records[0].ttl_seconds, 1U);
  EXPECT_EQ(answer->records[1].data, "two joined");
  EXPECT_EQ(answer->records[2].type, DnsType::kCname);
  EXPECT_EQ(answer->records[2].data, "other.example.net.");
  EXPECT_EQ(answer->records[3].data, "192.0.2.1");
  EXPECT_EQ(answer->records[4].data, "2001:db8::1");
  EXPECT_EQ(answer->records[5].data, "ns.example.org.");
}

TEST_F(Resolver, AsksOneQuestionWithEdnsAndTheWantedRecursion) {
  const DnsResponder server([](const DnsRequest& request) { return std::vector{Reply(request, {})}; });
  ASSERT_TRUE(resolver_.Ask({.name = "a.example.org.", .type = DnsType::kNs, .server = server.Address()}));
  ASSERT_TRUE(resolver_.Ask(
      {.name = "a.example.org", .type = DnsType::kAaaa, .server = server.Address(), .recursion_desired = false}));
  const auto requests = server.Requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].name, "a.example.org.");
  EXPECT_EQ(requests[0].type, 2);
  EXPECT_TRUE(requests[0].edns);
  EXPECT_TRUE(requests[0].recursion_desired);
  EXPECT_EQ(requests[1].type, 28);
  EXPECT_FALSE(requests[1].recursion_desired);
}

TEST_F(Resolver, ReturnsResponseCodesAsAnswers) {
  const std::pair<int, DnsCode> cases[] = {{kServfail, DnsCode::kServFail},
                                           {kNxdomain, DnsCode::kNxDomain},
                                           {kRefused, DnsCode::kRefused},
                                           {9, DnsCode::kOther}};
  for (const auto& [code, expected] : cases) {
    const DnsResponder server(
        [code = code](const DnsRequest& request) { return std::vector{Reply(request, {.code = code})}; });
    const auto answer = Ask(server);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->code, expected);
  }
}

TEST_F(Resolver, DoesNotMindTheLetterCaseOfAnswers) {
  const DnsResponder server([](const DnsRequest& request) {
    return std::vector{Reply(
        request, {.records = {"iD.aUtH.eXaMpLe.OrG. 1 IN TXT \"Text\""}, .question_name = "Id.AuTh.ExAmPlE.oRg."})};
  });
  const auto answer = Ask(server);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_THAT(answer->records, SizeIs(1));
  EXPECT_EQ(answer->records[0].name, "id.auth.example.org.");
  EXPECT_EQ(answer->records[0].data, "Text");
}

TEST_F(Resolver, AsksAgainOverTcpWhenTheAnswerIsTruncated) {
  const std::string long_text(250, 'x');
  const DnsResponder server([&](const DnsRequest& request) {
    if (!request.tcp) return std::vector{Reply(request, {.truncated = true})};
    std::vector<std::string> records(100, "id.auth.example.org. 1 IN TXT \"" + long_text + "\"");
    return std::vector{Reply(request, {.records = std::move(records)})};
  });
  const auto answer = Ask(server);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(answer->records, SizeIs(100));
  EXPECT_EQ(answer->records[99].data, long_text);
}

TEST_F(Resolver, SaysWhenTcpBreaksOff) {
  const DnsResponder server([](const DnsRequest& request) {
    return request.tcp ? std::vector<std::string>{} : std::vector{Reply(request, {.truncated = true})};
  });
  const auto answer = Ask(server);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(answer.error().message, HasSubstr("TCP"));
}

TEST_F(Resolver, IgnoresAnswersToOtherQuestions) {
  const DnsResponder server([](const DnsRequest& request) {
    return std::vector<std::string>{
        "x",
        request.wire,
        Reply(request, {.records = {"id.auth.example.org. 1 IN TXT \"forged\""}, .id_offset = 1}),
        Reply(request, {.question_name = "other.example.org."}),
        Reply(request, {.without_question = true}),
        Reply(request, {.records = {"id.auth.example.org. 1 IN TXT \"true\""}})};
  });
  const auto answer = Ask(server);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_THAT(answer->records, SizeIs(1));
  EXPECT_EQ(answer->records[0].data, "true");
}

TEST_F(Resolver, AsksWithoutEdnsWhereTheServerDoesNotKnowIt) {
  const DnsResponder server([](const DnsRequest& request) {
    if (request.edns) return std::vector{Reply(request, {.code = kFormerr, .without_question = true})};
    return std::vector{Reply(request, {.records = {"id.auth.example.org. 1 IN TXT \"x\""}})};
  });
  const auto answer = Ask(server);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(answer->records, SizeIs(1));
}

TEST_F(Resolver, SendsALostDatagramAgain) {
  std::atomic<int> asked = 0;
  const DnsResponder server([&](const DnsRequest& request) {
    return ++asked == 1 ? std::vector<std::string>{} : std::vector{Reply(request, {})};
  });
  EXPECT_TRUE(Ask(server, DnsType::kTxt, 400ms));
  EXPECT_EQ(asked, 2);
}

TEST_F(Resolver, WaitsNoLongerThanItsTimeout) {
  const DnsResponder server([](const DnsRequest&) { return std::vector<std::string>{}; });
  const auto started = std::chrono::steady_clock::now();
  const auto answer = Ask(server, DnsType::kTxt, 50ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(answer.error().message, HasSubstr(server.Address() + ": no answer in time"));
  EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
}

TEST_F(Resolver, SaysWhenNobodyListens) {
  std::string address;
  {
    const DnsResponder gone([](const DnsRequest&) { return std::vector<std::string>{}; });
    address = gone.Address();
  }
  const auto answer = resolver_.Ask({.name = "a.example.org", .server = address, .timeout = 5s});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary);
}

TEST_F(Resolver, TakesAnAnswerThatIsNoMessageForNone) {
  const DnsResponder server([](const DnsRequest& request) {
    std::string reply = Reply(request, {.records = {"id.auth.example.org. 1 IN TXT \"x\""}});
    reply.resize(reply.size() - 2);
    return std::vector{reply};
  });
  const auto answer = Ask(server);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(answer.error().message, HasSubstr("no DNS message"));
}

TEST_F(Resolver, EndsWhenStopped) {
  const DnsResponder server([&](const DnsRequest&) {
    stop_->Request(15);
    return std::vector<std::string>{};
  });
  const auto answer = Ask(server);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kCancelled);
}

TEST_F(Resolver, RefusesNamesAndServersThatAreNone) {
  const auto bad_name = resolver_.Ask({.name = std::string(70, 'x') + ".org", .server = "127.0.0.1"});
  ASSERT_FALSE(bad_name);
  EXPECT_EQ(bad_name.error().kind, ErrorKind::kMisconfigured);
  const auto bad_server = resolver_.Ask({.name = "a.org", .server = "127.0.0.1:x"});
  ASSERT_FALSE(bad_server);
  EXPECT_EQ(bad_server.error().kind, ErrorKind::kMisconfigured);
}

TEST_F(Resolver, LooksUpAServerGivenByName) {
  const DnsResponder server([](const DnsRequest& request) { return std::vector{Reply(request, {})}; });
  const auto answer = resolver_.Ask({.name = "a.org", .server = "localhost:" + std::to_string(server.port())});
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(Resolver, TakesTheSystemsResolversFromTheirFile) {
  const std::string path = ::testing::TempDir() + "resolv.conf." + std::to_string(::getpid());
  std::ofstream(path) << "# none of ours\n";
  LdnsResolver resolver(*stop_, random_, {.resolv_conf_path = path});
  const auto answer = resolver.Ask({.name = "a.org", .timeout = 20ms});
  std::filesystem::remove(path);
  if (answer) return;  // this machine has a resolver on 127.0.0.1
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1"));
}

}  // namespace
}  // namespace client
