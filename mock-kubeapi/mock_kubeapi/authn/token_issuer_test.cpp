#include "mock_kubeapi/authn/token_issuer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "mock_kubeapi/authn/jwt.h"
#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* kIssuer = "https://kubernetes.default.svc.cluster.local";

class TokenIssuerTest : public testing::Test {
 protected:
  TokenIssuerTest() {
    Put("serviceaccounts", "bot", {{"uid", "sa-1"}});
    auto issuer = TokenIssuer::Create({}, clock_, store_);
    EXPECT_TRUE(issuer);
    issuer_ = std::move(*issuer);
  }

  void Put(std::string_view resource, std::string_view name, Json metadata, Json data = Json::object()) {
    metadata["name"] = name;
    metadata["namespace"] = "a";
    store_.Put({.resource = resource, .namespace_name = "a", .name = name},
               {{"metadata", std::move(metadata)}, {"data", std::move(data)}});
  }
  void Remove(std::string_view resource, std::string_view name) {
    store_.Remove({.resource = resource, .namespace_name = "a", .name = name});
  }

  static TokenRequestClaims BotClaims() {
    return {.account = {.namespace_name = "a", .name = "bot"},
            .account_uid = "sa-1",
            .audiences = {kIssuer},
            .lifetime = seconds(3600)};
  }

  /// What is wrong with `token`; "" for nothing, "not ours" for another issuer's.
  std::string WhatIsWrong(const std::string& token) const {
    const auto verified = issuer_->Verify(token, issuer_->api_audiences());
    if (!verified) return verified.error();
    return *verified ? "" : "not ours";
  }

  mock_http::VirtualClock clock_;
  Store store_;
  std::unique_ptr<TokenIssuer> issuer_;
};

TEST_F(TokenIssuerTest, IssuesTokensThatNameTheirAccount) {
  const std::string token = issuer_->Issue(BotClaims());
  const auto verified = issuer_->Verify(token, {kIssuer});
  ASSERT_TRUE(verified) << verified.error();
  ASSERT_TRUE(*verified);
  EXPECT_EQ((*verified)->user.name, "system:serviceaccount:a:bot");
  EXPECT_EQ((*verified)->user.uid, "sa-1");
  EXPECT_THAT((*verified)->user.groups, ElementsAre("system:serviceaccounts", "system:serviceaccounts:a"));
  EXPECT_THAT((*verified)->audiences, ElementsAre(kIssuer));

  const auto jwt = ParseJwt(token);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(jwt->claims,
            Json({{"aud", {kIssuer}},
                  {"exp", 1704070800},
                  {"iat", 1704067200},
                  {"nbf", 1704067200},
                  {"iss", kIssuer},
                  {"sub", "system:serviceaccount:a:bot"},
                  {"kubernetes.io", {{"namespace", "a"}, {"serviceaccount", {{"name", "bot"}, {"uid", "sa-1"}}}}}}));
}

TEST_F(TokenIssuerTest, RefusesATokenForOthersOnly) {
  TokenRequestClaims claims = BotClaims();
  claims.audiences = {"vault"};
  EXPECT_EQ(WhatIsWrong(issuer_->Issue(claims)),
            "token audiences [\"vault\"] is invalid for the target audiences "
            "[\"https://kubernetes.default.svc.cluster.local\"]");
  claims.audiences = {"vault", kIssuer};
  EXPECT_EQ(WhatIsWrong(issuer_->Issue(claims)), "");
  const auto for_vault = issuer_->Verify(issuer_->Issue(claims), {"vault"});
  ASSERT_TRUE(for_vault && *for_vault);
  EXPECT_THAT((*for_vault)->audiences, ElementsAre("vault"));
}

TEST_F(TokenIssuerTest, LetsATokenExpireAMinuteAfterItsTime) {
  const std::string token = issuer_->Issue(BotClaims());
  clock_.Advance(seconds(3660));
  EXPECT_EQ(WhatIsWrong(token), "");
  clock_.Advance(seconds(1));
  EXPECT_EQ(WhatIsWrong(token), "service account token has expired");
  clock_.Advance(seconds(-3600 - 122));
  EXPECT_EQ(WhatIsWrong(token), "service account token is not valid yet");
}

TEST_F(TokenIssuerTest, ChecksAtEachUseThatTheAccountIsThere) {
  const std::string token = issuer_->Issue(BotClaims());
  EXPECT_EQ(WhatIsWrong(token), "");
  Remove("serviceaccounts", "bot");
  EXPECT_EQ(WhatIsWrong(token), "serviceaccounts \"bot\" not found");
  Put("serviceaccounts", "bot", {{"uid", "sa-2"}});
  EXPECT_EQ(WhatIsWrong(token), "service account UID (sa-2) does not match claim (sa-1)");
  Put("serviceaccounts", "bot", {{"uid", "sa-1"}, {"deletionTimestamp", "2024-01-01T00:00:00Z"}});
  EXPECT_EQ(WhatIsWrong(token), "");
  clock_.Advance(seconds(61));
  EXPECT_EQ(WhatIsWrong(token), "serviceaccounts \"bot\" not found");
}

TEST_F(TokenIssuerTest, BindsATokenToASecretOrAPod) {
  Put("secrets", "held", {{"uid", "s-1"}});
  Put("pods", "web", {{"uid", "p-1"}});
  TokenRequestClaims claims = BotClaims();
  claims.secret = {.name = "held", .uid = "s-1"};
  const std::string by_secret = issuer_->Issue(claims);
  claims.secret.reset();
  claims.pod = {.name = "web", .uid = "p-1"};
  const std::string by_pod = issuer_->Issue(claims);

  EXPECT_EQ(WhatIsWrong(by_secret), "");
  const auto of_pod = issuer_->Verify(by_pod, {kIssuer});
  ASSERT_TRUE(of_pod && *of_pod);
  EXPECT_THAT((*of_pod)->user.extra,
              UnorderedElementsAre(Pair("authentication.kubernetes.io/pod-name", ElementsAre("web")),
                                   Pair("authentication.kubernetes.io/pod-uid", ElementsAre("p-1"))));

  Remove("secrets", "held");
  Remove("pods", "web");
  EXPECT_EQ(WhatIsWrong(by_secret), "service account token has been invalidated");
  EXPECT_EQ(WhatIsWrong(by_pod), "service account token has been invalidated");
  Put("secrets", "held", {{"uid", "s-2"}});
  Put("pods", "web", {{"uid", "p-2"}});
  EXPECT_EQ(WhatIsWrong(by_secret), "secret UID (s-2) does not match service account secret ref claim (s-1)");
  EXPECT_EQ(WhatIsWrong(by_pod), "pod UID (p-2) does not match service account pod ref claim (p-1)");
}

TEST_F(TokenIssuerTest, TakesALegacyTokenWhileItsSecretHoldsIt) {
  const std::string token = issuer_->IssueLegacy(
      {.account = {.namespace_name = "a", .name = "bot"}, .account_uid = "sa-1", .secret_name = "t"});
  EXPECT_EQ(WhatIsWrong(token), "Token has been invalidated");
  Put("secrets", "t", {{"uid", "s-1"}});
  EXPECT_EQ(WhatIsWrong(token), "Token does not match server's copy");
  Put("secrets", "t", {{"uid", "s-1"}}, {{"token", EncodeBase64(token)}});
  EXPECT_EQ(WhatIsWrong(token), "");
  clock_.Advance(std::chrono::hours(24 * 365 * 50));
  EXPECT_EQ(WhatIsWrong(token), "");
  EXPECT_THAT(issuer_->Verify(token, {"vault"}).error(), HasSubstr("is invalid for the target audiences"));
  Put("serviceaccounts", "bot", {{"uid", "sa-2"}});
  EXPECT_EQ(WhatIsWrong(token), "ServiceAccount UID (sa-2) does not match claim (sa-1)");
}

TEST_F(TokenIssuerTest, TellsOthersTokensFromForgedOnes) {
  EXPECT_EQ(WhatIsWrong("nope"), "not ours");
  EXPECT_EQ(WhatIsWrong("aaa.bbb.ccc"), "not ours");
  auto other_key = TokenIssuer::Create({}, clock_, store_);
  ASSERT_TRUE(other_key);
  EXPECT_EQ(WhatIsWrong((*other_key)->Issue(BotClaims())), "square/go-jose: error in cryptographic primitive");
  auto other_issuer = TokenIssuer::Create({.issuer = "https://elsewhere"}, clock_, store_);
  ASSERT_TRUE(other_issuer);
  EXPECT_EQ(WhatIsWrong((*other_issuer)->Issue(BotClaims())), "not ours");
}

TEST_F(TokenIssuerTest, PublishesItsKey) {
  EXPECT_EQ(issuer_->OpenIdConfiguration().at("issuer"), kIssuer);
  EXPECT_EQ(issuer_->OpenIdConfiguration().at("jwks_uri"), std::string(kIssuer) + "/openid/v1/jwks");
  const Json jwk = issuer_->JsonWebKeySet().at("keys").at(0);
  EXPECT_EQ(jwk.at("kid"), ParseJwt(issuer_->Issue(BotClaims()))->header.at("kid"));
}

TEST(TokenIssuer, RefusesABadKey) {
  const mock_http::VirtualClock clock;
  const Store store;
  EXPECT_FALSE(TokenIssuer::Create({.private_key_pem = "x"}, clock, store));
}

}  // namespace
}  // namespace mock_kubeapi
