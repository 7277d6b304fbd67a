#include "sim/exchange_notes.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace sim {
namespace {

using client::HttpRequest;
using client::HttpResponse;
using std::chrono::milliseconds;
using std::chrono::seconds;

HttpRequest Update(std::string user) {
  HttpRequest request;
  request.method = "POST";
  request.url = "https://acme-dns.example.net/update";
  request.headers = {{"X-Api-User", std::move(user)}, {"X-Api-Key", "key"}};
  return request;
}

class Notes : public ::testing::Test {
 protected:
  void Exchange(const HttpRequest& request, const client::Result<HttpResponse>& result) {
    notes_.OnRequest(request);
    clock_.Advance(milliseconds(5));
    notes_.OnAnswer(request, result);
  }
  static HttpResponse Answer(int status, std::string body = "") { return {.status = status, .body = std::move(body)}; }

  mock_http::VirtualClock clock_;
  RunRecord record_;
  ExchangeNotes notes_{clock_, record_};
};

TEST_F(Notes, CountRejectionsInARow) {
  Exchange(Update("u"), Answer(401));
  const auto first = clock_.Now();
  clock_.Advance(seconds(75));
  Exchange(Update("u"), Answer(401));
  const AccountAnswers& answers = record_.answers[{"u", "key"}];
  EXPECT_EQ(answers.row.rejections, 2);
  EXPECT_EQ(answers.row.first, first);
  EXPECT_EQ(answers.row.last, clock_.Now());
  Exchange(Update("other"), Answer(401));
  EXPECT_EQ(answers.row.rejections, 2);
  Exchange(Update("u"), Answer(502));
  EXPECT_EQ(answers.row.rejections, 0);
  EXPECT_EQ(answers.longest.rejections, 2);
  HttpResponse of_a_proxy = Answer(401);
  of_a_proxy.headers = {{"WWW-Authenticate", "Basic"}};
  Exchange(Update("u"), of_a_proxy);
  EXPECT_EQ(answers.row.rejections, 0);
  Exchange(Update("u"), Answer(200, R"({"txt": "x"})"));
  EXPECT_EQ(answers.longest.rejections, 0);
}

TEST_F(Notes, CountTheTriesOfEachRequestThatFail) {
  for (int i = 0; i < 3; ++i) {
    Exchange(Update("u"), Answer(503));
    Exchange(Update("other"), Answer(500));
  }
  EXPECT_EQ(record_.most_tries, 3U);
  EXPECT_EQ(record_.failures, 6U);
  Exchange(Update("u"), Answer(401));
  Exchange(Update("u"), Answer(503));
  EXPECT_EQ(record_.most_tries, 3U);
}

TEST_F(Notes, SeeSecretsThatGoToTheWrongPeer) {
  const auto send = [this](std::string url, client::HttpHeader header) {
    HttpRequest request{.method = "POST", .url = std::move(url), .headers = {std::move(header)}};
    notes_.OnRequest(request);
  };
  send("https://acme-dns.example.net/register", {"Authorization", "Basic b3A6cA=="});
  send("https://acme-dns.example.net/update", {"X-Api-Key", "key"});
  send("https://10.0.0.1:443/api/v1", {"Authorization", "Bearer t"});
  EXPECT_TRUE(record_.strayed.empty());
  send("https://acme-dns.example.net/update", {"Authorization", "Basic b3A6cA=="});
  send("https://acme-dns.example.net/register", {"Authorization", "Bearer t"});
  send("https://acme-dns.example.net/register", {"X-Api-Key", "key"});
  send("https://10.0.0.1:443/api/v1", {"X-Api-Key", "key"});
  EXPECT_EQ(record_.strayed.size(), 4U);
}

TEST_F(Notes, KnowARowThatConfirmsAlsoAmongMoreRejectionsInLessTime) {
  for (int i = 0; i < 8; ++i) Exchange(Update("u"), Answer(401));
  Exchange(Update("u"), Answer(502));
  const AccountAnswers& answers = record_.answers[{"u", "key"}];
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(answers.confirmed);
    clock_.Advance(seconds(20));
    Exchange(Update("u"), Answer(401));
  }
  EXPECT_TRUE(answers.confirmed);
  EXPECT_EQ(answers.longest.rejections, 8);
  Exchange(Update("u"), Answer(200, R"({"txt": "x"})"));
  EXPECT_FALSE(answers.confirmed);
}

TEST_F(Notes, TakeOnlyAcmeDnssOwnAnswerForAYes) {
  Exchange(Update("u"), Answer(200, "<html>Welcome</html>"));
  EXPECT_FALSE((record_.answers[{"u", "key"}].accepted));
  Exchange(Update("u"), Answer(200, R"({"txt": "x"})"));
  EXPECT_TRUE((record_.answers[{"u", "key"}].accepted));
  Exchange(Update("readonly"), Answer(400, R"({"error":"bad_txt"})"));
  EXPECT_TRUE((record_.answers[{"readonly", "key"}].accepted));
}

TEST_F(Notes, SeeWhoAsksAgainAtOnce) {
  Exchange(Update("u"), Answer(503));
  notes_.OnSleep(milliseconds(1));
  Exchange(Update("u"), Answer(503));
  EXPECT_EQ(record_.hasty_tries, 0U);
  notes_.OnSleep(milliseconds(0));
  Exchange(Update("u"), Answer(503));
  EXPECT_EQ(record_.hasty_tries, 1U);
  Exchange(Update("other"), Answer(200));
  EXPECT_EQ(record_.hasty_tries, 1U);
}

TEST_F(Notes, SeeWhoDoesNotWaitForRetryAfter) {
  HttpResponse busy = Answer(429);
  busy.headers = {{"retry-after", "7"}};
  Exchange(Update("u"), busy);
  notes_.OnSleep(seconds(6));
  clock_.Advance(seconds(6));
  Exchange(Update("u"), busy);
  EXPECT_EQ(record_.early_tries, 1U);
  clock_.Advance(seconds(7));
  Exchange(Update("u"), Answer(200));
  EXPECT_EQ(record_.early_tries, 1U);
  EXPECT_EQ(record_.hasty_tries, 0U);
}

}  // namespace
}  // namespace sim
