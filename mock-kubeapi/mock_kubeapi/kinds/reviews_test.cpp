#include "mock_kubeapi/kinds/reviews.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "mock_kubeapi/authn/authenticator.h"
#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/authz/rbac.h"
#include "mock_kubeapi/authz/rbac_fixture.h"
#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kIssuer = "https://kubernetes.default.svc.cluster.local";

class ReviewsTest : public testing::Test {
 protected:
  ReviewsTest() {
    rbac_.AddRole("a", "reader",
                  {{{"verbs", {"get"}}, {"apiGroups", {""}}, {"resources", {"secrets"}}, {"resourceNames", {"tls"}}}});
    rbac_.Bind("a", "reader", RbacWorld::ToRole("reader"), {RbacWorld::User("alice")});
    rbac_.AddRole("", "paths", {{{"verbs", {"get"}}, {"nonResourceURLs", {"/healthz"}}}});
    rbac_.Bind("", "paths", RbacWorld::ToClusterRole("paths"), {RbacWorld::Group("system:authenticated")});
    issuer_ = std::move(*TokenIssuer::Create({}, world_.clock, world_.store));
    AuthenticatorOptions options;
    options.static_tokens.Add("t", {.name = "carol", .uid = "7", .groups = {"ops"}, .extra = {{"k", {"v"}}}});
    authenticator_ = std::make_unique<Authenticator>(std::move(options), *issuer_);
  }

  Result<Json> Answer(const Kind& kind, const Json& spec, const Json& metadata = {{"creationTimestamp", nullptr}}) {
    KindContext context = world_.Context();
    context.authorizer = &authorizer_;
    context.authenticator = authenticator_.get();
    return kind.answer({{"apiVersion", kind.ApiVersion()}, {"kind", kind.kind}, {"metadata", metadata}, {"spec", spec}},
                       context);
  }
  Json StatusOf(const Kind& kind, const Json& spec, const Json& metadata = {{"creationTimestamp", nullptr}}) {
    const auto result = Answer(kind, spec, metadata);
    return result ? result->at("status") : Json(result.error().message);
  }

  static Json Secrets(const std::string& verb, const std::string& name) {
    return {{"resourceAttributes", {{"verb", verb}, {"resource", "secrets"}, {"namespace", "a"}, {"name", name}}}};
  }

  KindWorld world_;
  RbacWorld rbac_;
  RbacAuthorizer authorizer_{rbac_.store()};
  std::unique_ptr<TokenIssuer> issuer_;
  std::unique_ptr<Authenticator> authenticator_;
};

TEST_F(ReviewsTest, TellWhoseTokenItIs) {
  const Kind kind = TokenReviewKind(nullptr);
  EXPECT_EQ(StatusOf(kind, {{"token", "t"}}), Json({{"authenticated", true},
                                                    {"user",
                                                     {{"username", "carol"},
                                                      {"uid", "7"},
                                                      {"groups", {"ops", "system:authenticated"}},
                                                      {"extra", {{"k", {"v"}}}}}},
                                                    {"audiences", {kIssuer}}}));
  EXPECT_EQ(StatusOf(kind, {{"token", "nope"}}), Json({{"user", Json::object()}, {"error", "invalid bearer token"}}));
  EXPECT_EQ(StatusOf(kind, Json::object()), "token is required for TokenReview in authentication");
}

TEST_F(ReviewsTest, TellTheCallerWhoItIs) {
  EXPECT_EQ(StatusOf(SelfSubjectReviewKind(nullptr), Json::object()),
            Json({{"userInfo", {{"username", "alice"}, {"groups", {"system:authenticated"}}}}}));
}

TEST_F(ReviewsTest, TellTheCallerWhatItMayDo) {
  const Kind kind = SelfSubjectAccessReviewKind(nullptr);
  EXPECT_EQ(StatusOf(kind, Secrets("get", "tls")),
            Json({{"allowed", true},
                  {"reason", "RBAC: allowed by RoleBinding \"reader/a\" of Role \"reader\" to User \"alice\""}}));
  EXPECT_EQ(StatusOf(kind, Secrets("get", "other")), Json({{"allowed", false}}));
  EXPECT_EQ(StatusOf(kind, {{"nonResourceAttributes", {{"path", "/healthz"}, {"verb", "get"}}}})["allowed"], true);
  EXPECT_EQ(StatusOf(kind, {{"nonResourceAttributes", {{"path", "/metrics"}, {"verb", "get"}}}})["allowed"], false);
}

TEST_F(ReviewsTest, OfAnotherSubjectNeedOne) {
  const Kind kind = SubjectAccessReviewKind(nullptr);
  Json spec = Secrets("get", "tls");
  EXPECT_EQ(StatusOf(kind, spec),
            ".authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": at least one of user or group must "
            "be specified");
  spec["user"] = "bob";
  EXPECT_EQ(StatusOf(kind, spec), Json({{"allowed", false}}));
  spec.erase("user");
  spec["groups"] = {"system:masters"};
  EXPECT_EQ(StatusOf(kind, spec), Json({{"allowed", true}}));
}

TEST_F(ReviewsTest, AskOneThingAtATime) {
  const Kind kind = SubjectAccessReviewKind(nullptr);
  EXPECT_EQ(StatusOf(kind, {{"user", "x"}}),
            ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: \"null\": exactly one of "
            "nonResourceAttributes or resourceAttributes must be specified");
  Json both = Secrets("get", "tls");
  both["user"] = "x";
  both["nonResourceAttributes"] = {{"path", "/x"}, {"verb", "get"}};
  EXPECT_EQ(StatusOf(kind, both),
            ".authorization.k8s.io \"\" is invalid: spec.nonResourceAttributes: Invalid value: "
            "authorization.NonResourceAttributes{Path:\"/x\", Verb:\"get\"}: cannot be specified in combination with "
            "resourceAttributes");
}

TEST_F(ReviewsTest, HaveNoMetadata) {
  Json spec = Secrets("get", "tls");
  spec["user"] = "x";
  const auto named = StatusOf(SubjectAccessReviewKind(nullptr), spec, {{"name", "n"}}).get<std::string>();
  EXPECT_THAT(named, testing::HasSubstr("metadata: Invalid value: v1.ObjectMeta{Name:\"n\", GenerateName:\"\","));
  EXPECT_THAT(named, testing::EndsWith("}: must be empty"));
}

TEST_F(ReviewsTest, OfANamespaceStayWithinIt) {
  const Kind kind = LocalSubjectAccessReviewKind(nullptr);
  Json spec = Secrets("get", "tls");
  spec["user"] = "alice";
  EXPECT_EQ(StatusOf(kind, spec, {{"namespace", "a"}})["allowed"], true);
  EXPECT_EQ(
      StatusOf(kind, spec, {{"namespace", "b"}}),
      ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid value: \"a\": must match "
      "metadata.namespace");
  EXPECT_TRUE(kind.namespaced);
}

TEST_F(ReviewsTest, ListTheCallersRules) {
  const Kind kind = SelfSubjectRulesReviewKind(nullptr);
  rbac_.Bind("a", "dangling", RbacWorld::ToRole("gone"), {RbacWorld::User("alice")});
  const auto result = Answer(kind, {{"namespace", "a"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->at("spec"), Json::object());
  EXPECT_EQ(result->at("status"),
            Json({{"resourceRules",
                   {{{"verbs", {"get"}}, {"apiGroups", {""}}, {"resources", {"secrets"}}, {"resourceNames", {"tls"}}}}},
                  {"nonResourceRules", {{{"verbs", {"get"}}, {"nonResourceURLs", {"/healthz"}}}}},
                  {"incomplete", true},
                  {"evaluationError", "role.rbac.authorization.k8s.io \"gone\" not found"}}));
  EXPECT_EQ(StatusOf(kind, Json::object()), "no namespace on request");
}

}  // namespace
}  // namespace mock_kubeapi
