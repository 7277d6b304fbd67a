#include "kube/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include <nlohmann/json.hpp>

#include "testing/fakes.h"

namespace client {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::HeaderOf;
using ::testing::Not;
using ::testing::SizeIs;

/// Has a new token after each reload, while there are some.
class RotatingCredentials final : public KubeCredentials {
 public:
  explicit RotatingCredentials(std::deque<std::string> tokens) : tokens_(std::move(tokens)) {}
  std::optional<std::string> BearerToken() const override { return tokens_.front(); }
  Result<bool> Reload() override {
    ++reloads;
    if (fails) return Fail(ErrorKind::kMisconfigured, "can't read the token file");
    if (tokens_.size() == 1) return false;
    tokens_.pop_front();
    return true;
  }
  int reloads = 0;
  bool fails = false;

 private:
  std::deque<std::string> tokens_;
};

HttpResponse StatusAnswer(int code, std::string_view message, std::string_view reason = "") {
  return {.status = code,
          .body = json({{"kind", "Status"}, {"message", message}, {"reason", reason}, {"code", code}}).dump()};
}

const ApiRequest kGet{.path = "/api/v1/namespaces/ns/secrets/s",
                      .verb = "get",
                      .resource = "secrets",
                      .object = "s",
                      .namespace_name = "ns"};

class KubernetesApi : public ::testing::Test {
 protected:
  Result<json> Send(std::deque<Result<HttpResponse>> answers, const ApiRequest& request = kGet) {
    answers_ = std::move(answers);
    ApiClient client(transport_, credentials_, retrier_,
                     {.server = "https://10.0.0.1:443/base/", .user_agent = "acmedns-selfreg/1"});
    return client.Send(request);
  }

  std::deque<Result<HttpResponse>> answers_;
  testing::FunctionTransport transport_{[this](const HttpRequest&) -> Result<HttpResponse> {
    auto answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    return answer;
  }};
  RotatingCredentials credentials_{{"token-one", "token-two"}};
  testing::FakeClock clock_;
  testing::SeededRandom random_;
  testing::MemoryLog log_;
  Retrier retrier_{clock_, random_, log_, {.attempts = 3}};
};

TEST_F(KubernetesApi, SendsTheTokenAndReturnsTheObject) {
  const auto object = Send({HttpResponse{.status = 200, .body = R"({"kind": "Secret"})"}});
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(*object, json({{"kind", "Secret"}}));
  const HttpRequest& request = transport_.requests.at(0);
  EXPECT_EQ(request.url, "https://10.0.0.1:443/base/api/v1/namespaces/ns/secrets/s");
  EXPECT_EQ(HeaderOf(request, "Authorization"), "Bearer token-one");
  EXPECT_EQ(HeaderOf(request, "User-Agent"), "acmedns-selfreg/1");
  EXPECT_EQ(HeaderOf(request, "Content-Type"), "");
}

TEST_F(KubernetesApi, ReadsTheTokenAgainOnceOn401) {
  EXPECT_TRUE(Send({StatusAnswer(401, "Unauthorized"), HttpResponse{.status = 200, .body = "{}"}}).has_value());
  ASSERT_THAT(transport_.requests, SizeIs(2));
  EXPECT_EQ(HeaderOf(transport_.requests[1], "Authorization"), "Bearer token-two");
  EXPECT_TRUE(clock_.slept.empty());
}

TEST_F(KubernetesApi, GivesUpWhenTheNewTokenIsRefusedToo) {
  const auto object = Send({StatusAnswer(401, "Unauthorized")});
  EXPECT_EQ(object.error().kind, ErrorKind::kRejected);
  EXPECT_EQ(object.error().http_status, 401);
  EXPECT_THAT(object.error().message, AllOf(HasSubstr("token"), Not(HasSubstr("token-"))));
  EXPECT_THAT(transport_.requests, SizeIs(2));
  EXPECT_EQ(credentials_.reloads, 1);
}

TEST_F(KubernetesApi, DoesNotAskAgainWithTheSameToken) {
  credentials_ = RotatingCredentials({"token-one"});
  EXPECT_EQ(Send({StatusAnswer(401, "Unauthorized")}).error().kind, ErrorKind::kRejected);
  EXPECT_THAT(transport_.requests, SizeIs(1));
}

TEST_F(KubernetesApi, SaysWhenTheTokenCannotBeReadAgain) {
  credentials_.fails = true;
  const auto object = Send({StatusAnswer(401, "Unauthorized")});
  EXPECT_EQ(object.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(object.error().message, HasSubstr("token file"));
}

TEST_F(KubernetesApi, TriesTemporaryFailuresAgain) {
  for (const Result<HttpResponse>& failure :
       {Result<HttpResponse>(Fail(ErrorKind::kTemporary, "connection refused")),
        Result<HttpResponse>(StatusAnswer(500, "etcd leader changed")),
        Result<HttpResponse>(HttpResponse{.status = 503, .body = "<html>"}),
        Result<HttpResponse>(StatusAnswer(429, "slow down")),
        Result<HttpResponse>(HttpResponse{.status = 200, .body = "{\"kind\": \"Sec"}),
        Result<HttpResponse>(HttpResponse{.status = 200, .body = "[]"})}) {
    EXPECT_TRUE(Send({failure, HttpResponse{.status = 200, .body = "{}"}}).has_value());
    const auto object = Send({failure});
    ASSERT_FALSE(object.has_value());
    EXPECT_EQ(object.error().kind, ErrorKind::kTemporary);
    EXPECT_THAT(object.error().message, HasSubstr("gave up after 3 tries"));
  }
}

TEST_F(KubernetesApi, HonoursRetryAfter) {
  HttpResponse busy = StatusAnswer(429, "slow down");
  busy.headers.emplace_back("Retry-After", "9");
  EXPECT_TRUE(Send({busy, HttpResponse{.status = 200, .body = "{}"}}).has_value());
  EXPECT_GE(clock_.slept.at(0), seconds(9));
}

TEST_F(KubernetesApi, NamesTheMissingRight) {
  const auto read = Send({StatusAnswer(
      403,
      R"(secrets "s" is forbidden: User "u" cannot get resource "secrets" in API group "" in the namespace "ns")")});
  EXPECT_EQ(read.error().kind, ErrorKind::kRejected);
  EXPECT_THAT(read.error().message, HasSubstr(R"(can't get secrets "s" in namespace "ns": 403: )"));
  EXPECT_THAT(read.error().message, HasSubstr(R"(grant the verb "get" on secrets "s")"));
  ApiRequest apply = kGet;
  apply.verb = "patch";
  EXPECT_THAT(Send({StatusAnswer(403, R"(secrets "s" is forbidden: )")}, apply).error().message,
              HasSubstr(R"(grant the verb "create" on secrets "s")"));
}

TEST_F(KubernetesApi, BlamesNoRightWhereSomethingElseForbids) {
  HttpResponse terminating = StatusAnswer(403, "unable to create new content in namespace ns");
  json status = json::parse(terminating.body);
  status["details"] = {{"causes", {{{"reason", "NamespaceTerminating"}}}}};
  terminating.body = status.dump();
  EXPECT_THAT(Send({terminating}).error().message, Not(HasSubstr("grant")));
  EXPECT_THAT(Send({StatusAnswer(403, "exceeded quota: q")}).error().message,
              AllOf(HasSubstr("exceeded quota"), Not(HasSubstr("grant"))));
  EXPECT_THAT(Send({HttpResponse{.status = 403, .body = "<html>secret</html>"}}).error().message,
              AllOf(HasSubstr("proxy"), Not(HasSubstr("html"))));
}

TEST_F(KubernetesApi, KnowsTheKindsOfRefusal) {
  EXPECT_EQ(Send({StatusAnswer(404, "not found")}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(Send({StatusAnswer(409, "modified")}).error().kind, ErrorKind::kConflict);
  for (const int code : {400, 405, 406, 410, 413, 415, 422}) {
    EXPECT_EQ(Send({StatusAnswer(code, "no")}).error().kind, ErrorKind::kRejected) << code;
  }
  EXPECT_EQ(Send({HttpResponse{.status = 302}}).error().kind, ErrorKind::kMisconfigured);
}

TEST_F(KubernetesApi, TakesAForeign404NotForAMissingObject) {
  const auto object = Send({HttpResponse{.status = 404, .body = "404 page not found\n"}});
  EXPECT_EQ(object.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(object.error().message, HasSubstr("URL"));
}

TEST_F(KubernetesApi, KeepsTheServersWordsShortAndOnOneLine) {
  const auto object = Send({StatusAnswer(422, "bad\nline" + std::string(5'000, 'x'))});
  EXPECT_LT(object.error().message.size(), 600U);
  EXPECT_THAT(object.error().message, AllOf(HasSubstr("bad?line"), Not(HasSubstr("\n"))));
}

TEST(PercentEncode, LeavesUnreservedCharactersOnly) {
  EXPECT_EQ(PercentEncode("a-Z.0_~"), "a-Z.0_~");
  EXPECT_EQ(PercentEncode("../x y?&\xc3"), "..%2Fx%20y%3F%26%C3");
}

}  // namespace
}  // namespace client
