#include "mock_kubeapi/authn/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kIssuer = "https://kubernetes.default.svc.cluster.local";

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    store_.Put({.resource = "serviceaccounts", .namespace_name = "a", .name = "bot"},
               {{"metadata", {{"name", "bot"}, {"namespace", "a"}, {"uid", "sa-1"}}}});
    issuer_ = std::move(*TokenIssuer::Create({}, clock_, store_));
    auto tokens = StaticTokens::Parse("admin-token,admin,admin-uid,system:masters\nuser-token,user,user-uid\n");
    EXPECT_TRUE(tokens);
    options_.static_tokens = std::move(*tokens);
  }

  Result<Authentication> WithHeader(const std::string& value) const {
    mock_http::Request request;
    request.headers.Set("Authorization", value);
    return Authenticator(options_, *issuer_).Authenticate(request);
  }
  std::string UserOf(const std::string& header) const {
    const auto result = WithHeader(header);
    return result ? result->user.name : result.error().message;
  }

  mock_http::VirtualClock clock_;
  Store store_;
  std::unique_ptr<TokenIssuer> issuer_;
  AuthenticatorOptions options_;
};

TEST_F(AuthenticatorTest, KnowsStaticTokens) {
  const auto admin = WithHeader("Bearer admin-token");
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->user.name, "admin");
  EXPECT_EQ(admin->user.uid, "admin-uid");
  EXPECT_THAT(admin->user.groups, ElementsAre("system:masters", "system:authenticated"));
}

TEST_F(AuthenticatorTest, KnowsServiceAccountTokens) {
  const std::string token = issuer_->Issue(
      {.account = {.namespace_name = "a", .name = "bot"}, .account_uid = "sa-1", .audiences = {kIssuer}});
  const auto bot = WithHeader("Bearer " + token);
  ASSERT_TRUE(bot);
  EXPECT_EQ(bot->user.name, "system:serviceaccount:a:bot");
  EXPECT_THAT(bot->user.groups,
              ElementsAre("system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"));
  store_.Remove({.resource = "serviceaccounts", .namespace_name = "a", .name = "bot"});
  EXPECT_EQ(UserOf("Bearer " + token), "Unauthorized");
}

TEST_F(AuthenticatorTest, TakesOtherHeadersForNoCredentials) {
  for (const std::string header : {"", "Bearer", "Bearer ", "Token user-token", "Basic dXNlcg==", "user-token"}) {
    const auto result = WithHeader(header);
    ASSERT_TRUE(result) << header;
    EXPECT_EQ(result->user.name, "system:anonymous") << header;
    EXPECT_THAT(result->user.groups, ElementsAre("system:unauthenticated"));
    EXPECT_THAT(result->warnings, IsEmpty());
  }
  EXPECT_EQ(UserOf("bearer user-token"), "user");
  EXPECT_EQ(UserOf("  BEARER user-token trailing words"), "user");
}

TEST_F(AuthenticatorTest, WarnsOfAnExtraSpace) {
  const auto result = WithHeader("Bearer  user-token");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->user.name, "system:anonymous");
  EXPECT_THAT(result->warnings, ElementsAre("the provided Authorization header contains extra space before the bearer "
                                            "token, and is ignored"));
}

TEST_F(AuthenticatorTest, RefusesUnknownTokens) {
  const auto result = WithHeader("Bearer no-such-token");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, 401);
}

TEST_F(AuthenticatorTest, TakesTheCertificateFirst) {
  mock_http::Request request;
  request.headers.Set("Authorization", "Bearer no-such-token");
  request.peer.certificate = {.common_name = "alice", .organizations = {"ops"}};
  const Authenticator authenticator(options_, *issuer_);
  const auto result = authenticator.Authenticate(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->user.name, "alice");
  EXPECT_THAT(result->user.groups, ElementsAre("ops", "system:authenticated"));
  request.peer.certificate->common_name.clear();
  EXPECT_FALSE(authenticator.Authenticate(request));
}

TEST_F(AuthenticatorTest, RefusesACertificateThatNobodyVouchesForUnlessATokenIsGood) {
  mock_http::Request request;
  request.peer.bad_certificate = true;
  const Authenticator authenticator(options_, *issuer_);
  EXPECT_FALSE(authenticator.Authenticate(request));
  request.headers.Set("Authorization", "Bearer user-token");
  const auto result = authenticator.Authenticate(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->user.name, "user");
  request.headers.Set("Authorization", "Bearer nobodys");
  EXPECT_FALSE(authenticator.Authenticate(request));
}

TEST_F(AuthenticatorTest, MayRefuseAnonymousRequests) {
  options_.allow_anonymous = false;
  EXPECT_EQ(UserOf(""), "Unauthorized");
  EXPECT_EQ(UserOf("Bearer user-token"), "user");
}

TEST_F(AuthenticatorTest, SaysWhatIsWrongWithATokenUnderReview) {
  const Authenticator authenticator(options_, *issuer_);
  const auto user = authenticator.AuthenticateToken("user-token", {});
  ASSERT_TRUE(user);
  EXPECT_THAT(user->audiences, ElementsAre(kIssuer));
  EXPECT_EQ(authenticator.AuthenticateToken("nope", {}).error(), "invalid bearer token");
  EXPECT_EQ(authenticator.AuthenticateToken("user-token", {"vault"}).error(), "invalid bearer token");
  const std::string token = issuer_->Issue(
      {.account = {.namespace_name = "a", .name = "bot"}, .account_uid = "other", .audiences = {kIssuer}});
  EXPECT_EQ(authenticator.AuthenticateToken(token, {}).error(),
            "[invalid bearer token, service account UID (sa-1) does not match claim (other)]");
}

}  // namespace
}  // namespace mock_kubeapi
