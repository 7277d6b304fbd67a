#include "mock_acmedns/http_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "mock_acmedns/acme_dns.h"

namespace mock_acmedns {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kTxt(43, 'A');

class HttpApiTest : public ::testing::Test {
 protected:
  void Make(const Config& config) { acme_ = AcmeDns::Create(config, clock_, random_).value(); }
  void SetUp() override { Make({}); }

  mock_http::Response Post(const std::string& path, const std::string& body, mock_http::Headers headers = {}) {
    mock_http::Request request{.method = "POST", .target = path, .headers = std::move(headers), .body = body};
    return acme_->endpoint().Serve(request).response;
  }
  json Register(const std::string& body = "") { return json::parse(Post("/register", body).body); }
  mock_http::Response Update(const json& account, const std::string& txt = kTxt, mock_http::Headers more = {}) {
    more.Add("X-Api-User", account["username"]);
    more.Add("X-Api-Key", account["password"]);
    return Post("/update", json{{"subdomain", account["subdomain"]}, {"txt", txt}}.dump(), std::move(more));
  }

  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_{1};
  std::unique_ptr<AcmeDns> acme_;
};

TEST_F(HttpApiTest, RegistersAndUpdates) {
  const mock_http::Response made = Post("/register", R"({"allowfrom": ["127.0.0.0/8"]})");
  EXPECT_EQ(made.status, 201);
  const json account = json::parse(made.body);
  EXPECT_EQ(account["fulldomain"], account["subdomain"].get<std::string>() + ".auth.example.org");
  const mock_http::Response updated = Update(account);
  EXPECT_EQ(updated.status, 200);
  EXPECT_EQ(updated.body, "{\"txt\": \"" + kTxt + "\"}");
  EXPECT_EQ(updated.headers.Get("Vary"), "Origin");
}

TEST_F(HttpApiTest, TellsGoodCredentialsByATextOfWrongLength) {
  json account = Register();
  EXPECT_EQ(Update(account, "probe").status, 400);
  account["password"] = std::string(40, 'x');
  EXPECT_EQ(Update(account, "probe").status, 401);
}

TEST_F(HttpApiTest, SaysForbiddenWhileTheDatabaseIsDownAndRecovers) {
  const json account = Register();
  acme_->database().SetState(DatabaseState::kDown);
  EXPECT_EQ(Update(account).body, R"({"error": "forbidden"})");
  EXPECT_EQ(Update(account).status, 401);
  const mock_http::Response refused = Post("/register", "");
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(refused.body, R"({"error": "SQL error"})");
  acme_->database().SetState(DatabaseState::kUp);
  EXPECT_EQ(Update(account).status, 200);
}

TEST_F(HttpApiTest, SaysDbErrorWhenTheDatabaseIsReadOnlyAndRecovers) {
  const json account = Register();
  acme_->database().SetState(DatabaseState::kReadOnly);
  EXPECT_EQ(Update(account).status, 500);
  EXPECT_EQ(Update(account).body, R"({"error": "db_error"})");
  EXPECT_EQ(Post("/register", "").body, R"({"error": "attempt to write a readonly database"})");
  acme_->database().SetState(DatabaseState::kUp);
  EXPECT_EQ(Update(account).status, 200);
}

TEST_F(HttpApiTest, ChecksTheConnectionsAddress) {
  const json account = Register(R"({"allowfrom": ["10.0.0.0/8", "[2001:db8::]/32"]})");
  EXPECT_EQ(Update(account).status, 401);
  mock_http::Request request{.method = "POST", .target = "/update"};
  request.headers = {{"X-Api-User", account["username"]}, {"X-Api-Key", account["password"]}};
  request.body = json{{"subdomain", account["subdomain"]}, {"txt", kTxt}}.dump();
  request.peer.address = "10.9.9.9";
  EXPECT_EQ(acme_->endpoint().Serve(request).response.status, 200);
  request.peer.address = "2001:db8::5";
  EXPECT_EQ(acme_->endpoint().Serve(request).response.status, 200);
}

TEST_F(HttpApiTest, ChecksTheHeaderInsteadWhereConfigured) {
  Make({.use_header = "X-Real-IP"});
  const json account = Register(R"({"allowfrom": ["127.0.0.0/8"]})");
  EXPECT_EQ(Update(account).status, 401);
  EXPECT_EQ(Update(account, kTxt, {{"x-real-ip", "10.0.0.1, 127.9.9.9"}}).status, 200);
  EXPECT_EQ(Update(account, kTxt, {{"X-Real-IP", "10.0.0.1"}}).status, 401);
  // White space around an address is Unicode's.
  EXPECT_EQ(Update(account, kTxt, {{"X-Real-IP", "x,\xc2\xa0 127.9.9.9\xe3\x80\x80"}}).status, 200);
}

TEST_F(HttpApiTest, ReadsTheBodyOfARegistrationAndOfAnAuthenticatedUpdateAlone) {
  Make({.basic_auth = BasicAuth{.user = "u", .password = "p"}});
  const auto reads = [this](const std::string& method, const std::string& target, mock_http::Headers headers = {}) {
    return acme_->endpoint().ReadsBody({.method = method, .target = target, .headers = std::move(headers)});
  };
  const mock_http::Headers guard = {{"Authorization", "Basic dTpw"}};
  const json account = json::parse(Post("/register", R"({"allowfrom": ["127.0.0.0/8"]})", guard).body);
  EXPECT_TRUE(reads("POST", "/register", guard));
  EXPECT_FALSE(reads("POST", "/register"));
  EXPECT_FALSE(reads("PUT", "/register", guard));
  EXPECT_FALSE(reads("POST", "/register/", guard));
  EXPECT_FALSE(reads("GET", "/health"));
  EXPECT_FALSE(reads("POST", "/%zz"));
  mock_http::Headers key = {{"X-Api-User", account["username"]}, {"X-Api-Key", account["password"]}};
  EXPECT_TRUE(reads("POST", "/update", key));
  mock_http::Request request{.method = "POST", .target = "/update", .headers = key};
  request.peer.address = "10.0.0.1";
  EXPECT_FALSE(acme_->endpoint().ReadsBody(request));
  key.Set("X-Api-Key", "wrong");
  EXPECT_FALSE(reads("POST", "/update", key));
}

TEST_F(HttpApiTest, GuardsRegistrationAloneWithBasicAuth) {
  Make({.basic_auth = BasicAuth{.user = "u", .password = "p:w"}});
  const mock_http::Response refused = Post("/register", "");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(std::string(refused.headers.Get("WWW-Authenticate").value_or("")), HasSubstr("Basic realm="));
  EXPECT_EQ(Post("/REGISTER/", "").status, 401);
  EXPECT_EQ(Post("/register", "", {{"Authorization", "Basic dTp3cm9uZw=="}}).status, 401);
  EXPECT_EQ(Post("/register", "", {{"Authorization", "bearer dTpwOnc="}}).status, 401);
  const mock_http::Response made = Post("/register", "", {{"Authorization", "basic dTpwOnc="}});
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(Update(json::parse(made.body)).status, 200);
}

TEST_F(HttpApiTest, AnswersBadTargetsAsGoDoes) {
  const mock_http::Response response = acme_->endpoint().Serve({.method = "GET", .target = "/%zz"}).response;
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, "400 Bad Request");
  EXPECT_FALSE(response.headers.Has("Vary"));
}

TEST_F(HttpApiTest, RedirectsKeepTheQuery) {
  EXPECT_EQ(Post("/register/?x=<1>", "").headers.Get("Location"), "/register?x=<1>");
  const mock_http::Response get = acme_->endpoint().Serve({.method = "GET", .target = "/health/?<"}).response;
  EXPECT_EQ(get.status, 301);
  EXPECT_EQ(get.body, "<a href=\"/health?&lt;\">Moved Permanently</a>.\n\n");
}

TEST_F(HttpApiTest, RedirectsAbsoluteAndOpaqueTargets) {
  const auto location = [this](const std::string& target) {
    const auto response = acme_->endpoint().Serve({.method = "GET", .target = target}).response;
    return std::string(response.headers.Get("Location").value_or(""));
  };
  EXPECT_EQ(location("HTTP://h:1/health/?a"), "http://h:1/health?a");
  EXPECT_EQ(location("http:/health/"), "http:/health");
  EXPECT_EQ(location("http:health?a"), "http:health?a");
}

TEST_F(HttpApiTest, DescribesRequestsForFaults) {
  const auto facts = acme_->endpoint().service().Describe(
      {.method = "POST", .target = "/update?x", .headers = {{"X-Api-User", "bob"}}});
  EXPECT_EQ(facts.at("operation"), "update");
  EXPECT_EQ(facts.at("user"), "bob");
  EXPECT_EQ(acme_->endpoint().service().Describe({.target = "/"}).at("operation"), "other");
}

TEST_F(HttpApiTest, KeepsNoSecretInTheHistory) {
  const json account = Register();
  Update(account);
  Post("/update", "not json " + account["password"].get<std::string>());
  Post("/register", R"({"Password": "hunter2", "list": [{"password": "hunter2"}]})");
  Post("/update?X-Api-Key=" + account["password"].get<std::string>(), "");
  const std::string dump = acme_->endpoint().history().ToJson(acme_->endpoint().service()).dump();
  EXPECT_THAT(dump, Not(HasSubstr(account["password"].get<std::string>())));
  EXPECT_THAT(dump, Not(HasSubstr("hunter2")));
  EXPECT_THAT(dump, HasSubstr(account["subdomain"].get<std::string>()));
}

}  // namespace
}  // namespace mock_acmedns
