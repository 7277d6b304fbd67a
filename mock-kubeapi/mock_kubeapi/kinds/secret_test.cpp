#include "mock_kubeapi/kinds/secret.h"

#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

class SecretTest : public testing::Test {
 protected:
  std::string Complaints(const Json& secret) { return world_.Complaints(kind_, secret); }
  std::string Complaints(const Json& secret, const Json& old) { return world_.Complaints(kind_, secret, old); }

  const Kind kind_ = SecretKind(nullptr);
  KindWorld world_;
};

TEST_F(SecretTest, IsOpaqueUnlessItSaysOtherwise) {
  EXPECT_EQ(WithDefaults(kind_, Json::object()), Json({{"type", "Opaque"}}));
  EXPECT_EQ(WithDefaults(kind_, {{"type", "t"}}), Json({{"type", "t"}}));
}

TEST_F(SecretTest, TakesStringDataOverIntoData) {
  const Json secret =
      WithDefaults(kind_, {{"data", {{"a", "YQ=="}, {"b", "YQ=="}}}, {"stringData", {{"b", "v"}, {"c", ""}}}});
  EXPECT_EQ(secret, Json({{"type", "Opaque"}, {"data", {{"a", "YQ=="}, {"b", "dg=="}, {"c", ""}}}}));
  EXPECT_EQ(WithDefaults(kind_, {{"stringData", Json::object()}}), Json({{"type", "Opaque"}}));
}

TEST_F(SecretTest, ChecksItsKeysAndItsSize) {
  EXPECT_EQ(Complaints({{"data", {{"ok", ""}}}}), "");
  EXPECT_EQ(Complaints({{"data", {{".", ""}}}}), "data[.]: Invalid value: \".\": must not be '.'");
  EXPECT_EQ(Complaints({{"data", {{"k", EncodeBase64(std::string(1048576, 'x'))}}}}), "");
  EXPECT_EQ(Complaints({{"data", {{"k", EncodeBase64(std::string(1048577, 'x'))}}}}),
            "data: Too long: must have at most 1048576 bytes");
}

TEST_F(SecretTest, NeedsTheKeysOfItsType) {
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/tls"}}),
            "[data[tls.crt]: Required value, data[tls.key]: Required value]");
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/tls"}, {"data", {{"tls.crt", ""}, {"tls.key", ""}}}}), "");
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/basic-auth"}}),
            "[data[username]: Required value, data[password]: Required value]");
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/basic-auth"}, {"data", {{"password", ""}}}}), "");
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/ssh-auth"}, {"data", {{"ssh-privatekey", ""}}}}),
            "data[ssh-privatekey]: Required value");
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/service-account-token"}}),
            "metadata.annotations[kubernetes.io/service-account.name]: Required value");
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/service-account-token"},
                        {"metadata", {{"annotations", {{"kubernetes.io/service-account.name", "bot"}}}}}}),
            "");
  EXPECT_EQ(Complaints({{"type", "example.com/own"}}), "");
}

TEST_F(SecretTest, OfADockerConfigHoldsJsonThatIsNeverShown) {
  const auto complaints = [this](const std::string& content) {
    return Complaints(
        {{"type", "kubernetes.io/dockerconfigjson"}, {"data", {{".dockerconfigjson", EncodeBase64(content)}}}});
  };
  EXPECT_EQ(complaints("{\"auths\":{}}"), "");
  EXPECT_EQ(complaints("{not json"),
            "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'n' looking for "
            "beginning of object key string");
  EXPECT_EQ(complaints("[]"),
            "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": json: cannot unmarshal array into "
            "Go value of type map[string]interface {}");
  EXPECT_EQ(Complaints({{"type", "kubernetes.io/dockercfg"}}), "data[.dockercfg]: Required value");
}

TEST_F(SecretTest, KeepsItsType) {
  EXPECT_EQ(Complaints({{"type", "b"}}, {{"type", "a"}}), "type: Invalid value: \"b\": field is immutable");
}

TEST_F(SecretTest, StaysAsItIsOnceImmutable) {
  const Json old = {{"type", "Opaque"}, {"immutable", true}, {"data", {{"a", "YQ=="}}}};
  EXPECT_EQ(Complaints(old, old), "");
  EXPECT_EQ(
      Complaints({{"type", "Opaque"}}, old),
      "[immutable: Forbidden: field is immutable when `immutable` is set, data: Forbidden: field is immutable when "
      "`immutable` is set]");
}

TEST_F(SecretTest, ShowsTypeAndNumberOfKeys) {
  const Json secret = {{"metadata", {{"name", "s"}, {"creationTimestamp", "2023-12-31T23:59:00Z"}}},
                       {"type", "Opaque"},
                       {"data", {{"a", ""}, {"b", ""}}}};
  EXPECT_EQ(kind_.row(secret, world_.clock.Now()), Json::array({"s", "Opaque", 2, "60s"}));
  EXPECT_EQ(kind_.columns.size(), 4U);
  EXPECT_EQ(kind_.selectable_fields(secret).at("type"), "Opaque");
}

}  // namespace
}  // namespace mock_kubeapi
