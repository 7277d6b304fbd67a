#include "acmedns/acme_dns_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/fakes.h"

namespace client {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::HeaderOf;
using ::testing::Not;

constexpr const char* kPassword = "wEDeCKRWqyLrbGLXhtdUNtSKtFAYLQ8gZn6PsBC0";
constexpr const char* kAnswer =
    R"({"username":"c36f50e8-4632-44f0-83fe-e070fef28a10","password":"wEDeCKRWqyLrbGLXhtdUNtSKtFAYLQ8gZn6PsBC0",)"
    R"("fulldomain":"8e5700ea-a4bf-41c7-8a77-e990661dcc6a.auth.example.org",)"
    R"("subdomain":"8e5700ea-a4bf-41c7-8a77-e990661dcc6a","allowfrom":[]})";
const std::string kText(43, 'A');

class AcmeDns : public ::testing::Test {
 protected:
  AcmeDnsClient Make(AcmeDnsOptions options = {}) {
    options.endpoint = "https://acme-dns.example.com";
    return {transport_, clock_, std::move(options)};
  }
  Result<Registration> Register(HttpResponse response, AcmeDnsOptions options = {}) {
    answer_ = std::move(response);
    return Make(std::move(options)).Register(seconds(5));
  }
  Result<UpdateAnswer> Update(HttpResponse response) {
    answer_ = std::move(response);
    return Make({.basic_auth = BasicAuth{"me", SecretText("hunter2")}}).Update(registration_, kText, seconds(5));
  }

  Result<HttpResponse> answer_ = HttpResponse{};
  testing::FunctionTransport transport_{[this](const HttpRequest&) { return answer_; }};
  testing::FakeClock clock_;
  Registration registration_ = *Registration::FromAnswer(kAnswer);
};

HttpResponse JsonError(int status, std::string_view code) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = R"({"error": ")" + std::string(code) + R"("})"};
}

TEST_F(AcmeDns, RegistersWithoutCredentialsByDefault) {
  const auto registration = Register({.status = 201, .body = kAnswer});
  ASSERT_TRUE(registration.has_value()) << registration.error().message;
  EXPECT_TRUE(registration->SameAccount(registration_));
  const HttpRequest& request = transport_.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://acme-dns.example.com/register");
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(request.timeout, seconds(5));
  EXPECT_EQ(HeaderOf(request, "Content-Type"), "application/json");
  EXPECT_EQ(HeaderOf(request, "Authorization"), "");
}

TEST_F(AcmeDns, SendsBasicAuthAndNetworksToRegister) {
  const auto registration = Register(
      {.status = 201, .body = kAnswer},
      {.basic_auth = BasicAuth{"Aladdin", SecretText("open sesame")}, .allow_from = {"10.0.0.0/8", "::1/128"}});
  ASSERT_TRUE(registration.has_value());
  EXPECT_EQ(HeaderOf(transport_.requests.at(0), "Authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(json::parse(transport_.requests.at(0).body), json({{"allowfrom", {"10.0.0.0/8", "::1/128"}}}));
}

TEST_F(AcmeDns, UpdatesWithTheRegistrationsKeyAndNeverWithBasicAuth) {
  const auto answer = Update({.status = 200, .body = R"({"txt": ")" + kText + R"("})"});
  EXPECT_EQ(answer, UpdateAnswer::kStored);
  const HttpRequest& request = transport_.requests.at(0);
  EXPECT_EQ(request.url, "https://acme-dns.example.com/update");
  EXPECT_EQ(HeaderOf(request, "X-Api-User"), registration_.username());
  EXPECT_EQ(HeaderOf(request, "X-Api-Key"), kPassword);
  EXPECT_EQ(HeaderOf(request, "Authorization"), "");
  EXPECT_EQ(json::parse(request.body), json({{"subdomain", registration_.subdomain()}, {"txt", kText}}));
}

TEST_F(AcmeDns, TellsAcmeDnssAnswersToAnUpdateApart) {
  EXPECT_EQ(Update(JsonError(400, "bad_txt")), UpdateAnswer::kBadText);
  EXPECT_EQ(Update(JsonError(401, "forbidden")), UpdateAnswer::kForbidden);
  EXPECT_EQ(Update(JsonError(400, "bad_subdomain")).error().kind, ErrorKind::kRejected);
}

TEST_F(AcmeDns, TakesA401WithWwwAuthenticateForAProxys) {
  HttpResponse proxy = JsonError(401, "forbidden");
  proxy.headers.emplace_back("www-authenticate", "Basic realm=\"x\"");
  const auto updated = Update(proxy);
  EXPECT_EQ(updated.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(updated.error().message, HasSubstr("proxy"));
  EXPECT_THAT(Register(proxy).error().message, HasSubstr("wants a user name"));
  const auto refused = Register(proxy, {.basic_auth = BasicAuth{"me", SecretText("hunter2")}});
  EXPECT_EQ(refused.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(refused.error().message, HasSubstr("refuses the user name or password"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("hunter2")));
}

TEST_F(AcmeDns, DoesNotTakeAForeign401ForARejection) {
  for (const char* body : {"", "<html>401</html>", "{}", R"({"error": "unauthorized"})", R"({"error": 1})"}) {
    const auto answer = Update({.status = 401, .body = body});
    ASSERT_FALSE(answer.has_value()) << body;
    EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary) << body;
  }
}

TEST_F(AcmeDns, RefusesRedirectsAndNamesTheHostOnly) {
  const HttpResponse redirect{
      .status = 302, .headers = {{"Location", "https://me:hunter2@login.example.com:444/path?token=abc"}}, .body = {}};
  for (const Error& error : {Update(redirect).error(), Register(redirect).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::kMisconfigured);
    EXPECT_THAT(error.message, HasSubstr("redirect to https://login.example.com:444,"));
    EXPECT_THAT(error.message, Not(HasSubstr("hunter2")));
    EXPECT_THAT(error.message, Not(HasSubstr("token")));
  }
  EXPECT_THAT(Update({.status = 308, .headers = {{"Location", "/elsewhere"}}, .body = {}}).error().message,
              HasSubstr("another path of the same host"));
}

TEST_F(AcmeDns, TakesServerFailuresAndRateLimitsAsTemporary) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504, 599}) {
    const HttpResponse response{.status = status, .headers = {{"Retry-After", "17"}}, .body = "oops"};
    for (const Error& error : {Update(response).error(), Register(response).error()}) {
      EXPECT_EQ(error.kind, ErrorKind::kTemporary) << status;
      EXPECT_EQ(error.http_status, status);
      EXPECT_EQ(error.retry_after, seconds(17)) << status;
      EXPECT_THAT(error.message, Not(HasSubstr("oops")));
    }
  }
}

TEST_F(AcmeDns, TakesNonsenseAsTemporary) {
  for (const int status : {100, 202, 204, 299}) {
    EXPECT_EQ(Update({.status = status}).error().kind, ErrorKind::kTemporary) << status;
    EXPECT_EQ(Register({.status = status}).error().kind, ErrorKind::kTemporary) << status;
  }
  for (const char* body : {"", "<html>", R"({"txt": "other"})", R"({"txt": 1})", "[]", R"({"txt": )"}) {
    EXPECT_EQ(Update({.status = 200, .body = body}).error().kind, ErrorKind::kTemporary) << body;
  }
  EXPECT_EQ(Update({.status = 201, .body = R"({"txt": ")" + kText + R"("})"}).error().kind, ErrorKind::kTemporary);
  for (const char* body : {"", "<html>", "{"}) {
    EXPECT_EQ(Register({.status = 201, .body = body}).error().kind, ErrorKind::kTemporary) << body;
  }
}

TEST_F(AcmeDns, TakesJsonThatIsNoRegistrationAsMalformed) {
  json long_answer = json::parse(kAnswer);
  long_answer["padding"] = std::string(20'000, 'x');
  for (const std::string& body : {std::string("{}"), std::string("[]"), std::string("null"), long_answer.dump()}) {
    const auto registration = Register({.status = 201, .body = body});
    ASSERT_FALSE(registration.has_value()) << body;
    EXPECT_EQ(registration.error().kind, ErrorKind::kMalformed) << body;
    EXPECT_THAT(registration.error().message, HasSubstr("registration")) << body;
  }
}

TEST_F(AcmeDns, NamesWhyRegistrationIsRefused) {
  const auto disabled = Register({.status = 404, .body = "404 page not found\n"});
  EXPECT_EQ(disabled.error().kind, ErrorKind::kRejected);
  EXPECT_THAT(disabled.error().message, HasSubstr("disable_registration"));
  const auto networks = Register(JsonError(400, "invalid_allowfrom_cidr"));
  EXPECT_EQ(networks.error().kind, ErrorKind::kRejected);
  EXPECT_THAT(networks.error().message, HasSubstr("invalid_allowfrom_cidr; check --allow-from"));
  for (const int status : {401, 403, 410, 413, 422}) {
    EXPECT_EQ(Register({.status = status}).error().kind, ErrorKind::kRejected) << status;
  }
}

TEST_F(AcmeDns, TakesOtherServersAnswersAsMisconfiguration) {
  for (const int status : {403, 404, 405, 407}) {
    EXPECT_EQ(Update({.status = status}).error().kind, ErrorKind::kMisconfigured) << status;
  }
  EXPECT_EQ(Register({.status = 405}).error().kind, ErrorKind::kMisconfigured);
}

TEST_F(AcmeDns, PassesTheTransportsErrorsOn) {
  answer_ = Fail(ErrorKind::kTemporary, "connection refused");
  EXPECT_EQ(Make().Register(seconds(1)).error().message, "connection refused");
  EXPECT_EQ(Make().Update(registration_, kText, seconds(1)).error().kind, ErrorKind::kTemporary);
}

TEST_F(AcmeDns, NeverRepeatsWhatAnEchoingServerSends) {
  for (int status = 100; status < 600; ++status) {
    const std::string echo = json({{"error", kPassword}, {"txt", kPassword}, {"username", kPassword}}).dump();
    for (const std::string& body : {echo, std::string(kPassword)}) {
      const HttpResponse response{.status = status, .headers = {{"X-Echo", kPassword}}, .body = body};
      const auto updated = Update(response);
      ASSERT_FALSE(updated.has_value()) << status;
      EXPECT_THAT(updated.error().message, Not(HasSubstr(kPassword)));
      EXPECT_THAT(Register(response).error().message, Not(HasSubstr(kPassword)));
    }
  }
}

}  // namespace
}  // namespace client
