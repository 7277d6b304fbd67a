#include "mock_kubeapi/kinds/service_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "mock_kubeapi/authn/jwt.h"
#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kIssuer = "https://kubernetes.default.svc.cluster.local";

TEST(ServiceAccount, KeepsOnlyTheNamesOfItsSecrets) {
  const Kind kind = ServiceAccountKind(nullptr);
  KindWorld world;
  Json account = {{"secrets", {{{"name", "a"}, {"uid", "u"}}, Json::object()}}};
  ASSERT_TRUE(kind.prepare_create(account, world.Context()));
  EXPECT_EQ(account, Json({{"secrets", {{{"name", "a"}}, Json::object()}}}));
  EXPECT_EQ(kind.row({{"metadata", {{"name", "bot"}}}}, world.clock.Now()), Json::array({"bot", 0, "<unknown>"}));
}

class TokenRequestTest : public testing::Test {
 protected:
  TokenRequestTest() { issuer_ = std::move(*TokenIssuer::Create({}, world_.clock, world_.store)); }

  Result<Json> Create(Json body) {
    const Kind kind = ServiceAccountKind(nullptr);
    const Subresource& token = kind.subresources.at(0);
    token.set_defaults(body);
    KindContext context = world_.Context();
    context.tokens = issuer_.get();
    return token.create({{"metadata", {{"name", "bot"}, {"namespace", "a"}, {"uid", "sa-1"}}}}, std::move(body),
                        context);
  }
  std::string RefusalOf(const Json& body) {
    const auto result = Create(body);
    return result ? "" : result.error().message;
  }
  void Put(std::string_view resource, std::string_view name, const std::string& uid, const Json& spec = {}) {
    world_.store.Put({.resource = resource, .namespace_name = "a", .name = name},
                     {{"metadata", {{"name", name}, {"namespace", "a"}, {"uid", uid}}}, {"spec", spec}});
  }
  static Json BoundTo(const Json& reference) { return {{"spec", {{"boundObjectRef", reference}}}}; }

  KindWorld world_;
  std::unique_ptr<TokenIssuer> issuer_;
};

TEST_F(TokenRequestTest, IsForAnHourAndTheApiServerByDefault) {
  const auto result = Create({{"spec", Json::object()}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ((*result)["metadata"],
            Json({{"name", "bot"}, {"namespace", "a"}, {"creationTimestamp", "2024-01-01T00:00:00Z"}}));
  EXPECT_EQ((*result)["spec"],
            Json({{"audiences", {kIssuer}}, {"expirationSeconds", 3600}, {"boundObjectRef", nullptr}}));
  EXPECT_EQ((*result)["status"]["expirationTimestamp"], "2024-01-01T01:00:00Z");
  const auto token = (*result)["status"]["token"].get<std::string>();
  EXPECT_EQ(ParseJwt(token)->claims["kubernetes.io"],
            Json({{"namespace", "a"}, {"serviceaccount", {{"name", "bot"}, {"uid", "sa-1"}}}}));
}

TEST_F(TokenRequestTest, ChecksTheTimeAndTheNames) {
  EXPECT_EQ(RefusalOf({{"spec", {{"expirationSeconds", 600}}}}), "");
  EXPECT_EQ(RefusalOf({{"spec", {{"expirationSeconds", 599}}}}),
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 599: may not "
            "specify a duration less than 10 minutes");
  EXPECT_EQ(
      RefusalOf({{"spec", {{"expirationSeconds", 4294967297}}}}),
      "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may "
      "not specify a duration larger than 2^32 seconds");
  EXPECT_EQ(
      RefusalOf({{"metadata", {{"name", "other"}}}}),
      "TokenRequest.authentication.k8s.io \"bot\" is invalid: metadata.name: Invalid value: \"other\": must match "
      "the service account name if specified");
  EXPECT_EQ(
      RefusalOf({{"metadata", {{"namespace", "b"}}}}),
      "TokenRequest.authentication.k8s.io \"bot\" is invalid: metadata.namespace: Invalid value: \"b\": must match "
      "the service account namespace if specified");
}

TEST_F(TokenRequestTest, BindsToASecretOrPodThatIsThere) {
  Json secret = {{"apiVersion", "v1"}, {"kind", "Secret"}, {"name", "held"}};
  EXPECT_EQ(RefusalOf(BoundTo(secret)), "secrets \"held\" not found");
  Put("secrets", "held", "s-1");
  EXPECT_EQ(RefusalOf(BoundTo(secret)), "");
  secret["uid"] = "s-2";
  EXPECT_EQ(
      RefusalOf(BoundTo(secret)),
      "Operation cannot be fulfilled on Secret \"held\": the UID in the bound object reference (s-2) does not match "
      "the UID in record. The object might have been deleted and then recreated");
  EXPECT_EQ(RefusalOf(BoundTo({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", "held"}})),
            "cannot bind token to object of type /v1, Kind=ConfigMap");
  EXPECT_EQ(RefusalOf(BoundTo({{"apiVersion", "batch/v1"}, {"kind", "Pod"}, {"name", "held"}})),
            "cannot bind token to object of type batch/v1, Kind=Pod");
  const Json pod = {{"apiVersion", "v1"}, {"kind", "Pod"}, {"name", "web"}};
  Put("pods", "web", "p-1", {{"serviceAccountName", "other"}});
  EXPECT_EQ(RefusalOf(BoundTo(pod)),
            "cannot bind token for serviceaccount \"bot\" to pod running with different serviceaccount name.");
}

TEST_F(TokenRequestTest, OutlivesTheTimeThatAPodsVolumeAsksFor) {
  Put("pods", "web", "p-1", {{"serviceAccountName", "bot"}});
  Json body = BoundTo({{"apiVersion", "v1"}, {"kind", "Pod"}, {"name", "web"}});
  body["spec"]["expirationSeconds"] = 3607;
  const auto result = Create(body);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ((*result)["status"]["expirationTimestamp"], "2024-01-01T01:00:07Z");
  const auto token = (*result)["status"]["token"].get<std::string>();
  const Json claims = ParseJwt(token)->claims;
  EXPECT_EQ(claims["exp"].get<int>() - claims["iat"].get<int>(), 365 * 24 * 3600);
  EXPECT_EQ(claims["kubernetes.io"]["warnafter"].get<int>() - claims["iat"].get<int>(), 3607);
  EXPECT_EQ(claims["kubernetes.io"]["pod"], Json({{"name", "web"}, {"uid", "p-1"}}));
}

}  // namespace
}  // namespace mock_kubeapi
