#include "selfreg/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class StatusOf : public testing::World {
 protected:
  Result<StatusReport> Gather(DnsVerifier* verifier, const ProbeTools* tools = nullptr) {
    return GatherStatus({"a.example.com", "b.example.com", "c.example.com"}, secrets_,
                        {.dns = verifier, .acmedns = tools});
  }

  testing::FunctionTransport transport_{[this](const HttpRequest& request) { return kube.Handle(request); }};
  StaticCredentials credentials_{"kube-token"};
  Retrier retrier_{clock, random, log, {}};
  ApiClient api_{transport_, credentials_, retrier_, {.server = "https://k", .user_agent = "t"}};
  SecretStore secrets_{api_, {.secret = {"ns", "s"}}};
  bool acme_is_down_ = false;
  testing::FunctionTransport to_acme_{[this](const HttpRequest& request) {
    return acme_is_down_ ? HttpResponse{.status = 503, .headers = {}, .body = {}} : acme.Handle(request);
  }};
  AcmeDnsClient acmedns_{
      to_acme_, clock, {.endpoint = "https://acme-dns.example.com", .basic_auth = {}, .allow_from = {}}};
  ProbeTools tools_{.acmedns = acmedns_, .retrier = retrier_, .random = random, .log = log};
};

TEST_F(StatusOf, AcmeDnsIsAskedOnceForEachRegistrationAndStoresNothing) {
  const json kept = acme.MakeAccount();
  const json gone = acme.MakeAccount();
  acme.accounts.erase(gone["username"]);
  kube.Put("s",
           {{"acmedns.json", json({{"a.example.com", kept}, {"b.example.com", kept}, {"c.example.com", gone}}).dump()}},
           "p");
  const auto status = Gather(nullptr, &tools_);
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->rows[0].verdict, Verdict::kValid);
  EXPECT_EQ(status->rows[1].verdict, Verdict::kValid);
  EXPECT_EQ(status->rows[2].verdict, Verdict::kRejected);
  EXPECT_THAT(acme.accounts.at(kept["username"]).texts, IsEmpty());
  EXPECT_THAT(to_acme_.requests, SizeIs(2));
  EXPECT_THAT(StatusJson(*status), HasSubstr(R"("credentials":{"state":"rejected"})"));
}

TEST_F(StatusOf, AcmeDnsThatGivesNoAnswerIsToldAndNoError) {
  Furnish({"a.example.com", "b.example.com", "c.example.com"});
  acme_is_down_ = true;
  const auto status = Gather(nullptr, &tools_);
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->rows[0].verdict, Verdict::kUnavailable);
  EXPECT_THAT(StatusJson(*status), HasSubstr(R"("state":"unknown")"));
}

TEST_F(StatusOf, AnAbsentSecretIsAllMissing) {
  const auto status = Gather(&dns);
  ASSERT_TRUE(status.has_value());
  EXPECT_FALSE(status->exists);
  EXPECT_FALSE(status->complete());
  ASSERT_THAT(status->rows, SizeIs(3));
  EXPECT_EQ(status->rows[0].state, EntryState::kMissing);
}

TEST_F(StatusOf, ASecretTellsEntriesAndCnames) {
  json registration = acme.MakeAccount();
  registration["allowfrom"] = {"10.0.0.0/8"};
  json broken = registration;
  broken.erase("password");
  kube.Put(
      "s",
      {{"acmedns.json",
        json({{"a.example.com", registration}, {"b.example.com", broken}, {"z.example.com", registration}}).dump()},
       {"acmedns.json.unreadable", "x"}},
      "p");
  dns.cnames["a.example.com"] = registration["fulldomain"];
  dns.cnames["z.example.com"] = "other.example.org";
  const auto status = Gather(&dns);
  ASSERT_TRUE(status.has_value());
  EXPECT_FALSE(status->complete());
  EXPECT_EQ(json::parse(StatusJson(*status)),
            json({{"secret", "ns/s"},
                  {"exists", true},
                  {"complete", false},
                  {"keptUnreadable", true},
                  {"fqdns",
                   {{{"fqdn", "a.example.com"},
                     {"configured", true},
                     {"entry", "wellFormed"},
                     {"fulldomain", registration["fulldomain"]},
                     {"allowFrom", {"10.0.0.0/8"}},
                     {"record", CnameRecord("a.example.com", registration["fulldomain"].get<std::string>())},
                     {"cname", {{"state", "correct"}, {"target", registration["fulldomain"]}}}},
                    {{"fqdn", "b.example.com"},
                     {"configured", true},
                     {"entry", "malformed"},
                     {"problem", "password is missing"}},
                    {{"fqdn", "c.example.com"}, {"configured", true}, {"entry", "missing"}},
                    {{"fqdn", "z.example.com"},
                     {"configured", false},
                     {"entry", "wellFormed"},
                     {"fulldomain", registration["fulldomain"]},
                     {"allowFrom", {"10.0.0.0/8"}},
                     {"record", CnameRecord("z.example.com", registration["fulldomain"].get<std::string>())},
                     {"cname", {{"state", "elsewhere"}, {"target", "other.example.org"}}}}}}}));
  EXPECT_THAT(StatusJson(*status), Not(HasSubstr(registration["password"].get<std::string>())));
}

TEST_F(StatusOf, AnUnreadableMapSaysWhy) {
  kube.Put("s", {{"acmedns.json", "[]"}}, "p");
  const auto status = Gather(nullptr);
  EXPECT_THAT(status->problem, HasSubstr("not a JSON object"));
  EXPECT_THAT(StatusJson(*status), HasSubstr("not a JSON object"));
}

TEST_F(StatusOf, ACompleteSecretSaysSoEvenWithoutDns) {
  Furnish({"a.example.com", "b.example.com", "c.example.com"});
  EXPECT_TRUE(Gather(nullptr)->complete());
  EXPECT_FALSE(Gather(nullptr)->rows[0].cname.has_value());
  dns.cname_error = Error{.kind = ErrorKind::kTemporary, .message = "SERVFAIL"};
  const auto status = Gather(&dns);
  EXPECT_TRUE(status->complete());
  EXPECT_EQ(status->rows[0].cname_problem, "SERVFAIL");
  EXPECT_THAT(StatusJson(*status), HasSubstr("unknown"));
}

TEST_F(StatusOf, ASecretThatCannotBeReadIsAnError) {
  kube.allow_get = false;
  EXPECT_EQ(Gather(&dns).error().kind, ErrorKind::kRejected);
  kube.allow_get = true;
  Furnish({"a.example.com"});
  dns.cname_error = testing::Stopped();
  EXPECT_EQ(Gather(&dns).error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace client
