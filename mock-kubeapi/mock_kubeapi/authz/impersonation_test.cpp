#include "mock_kubeapi/authz/impersonation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/authz/rbac.h"
#include "mock_kubeapi/authz/rbac_fixture.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::Pair;

class ImpersonationTest : public testing::Test {
 protected:
  Result<std::optional<UserInfo>> As(const mock_http::Headers& headers, const UserInfo& requester) const {
    return ImpersonatedUser(headers, requester, authorizer_);
  }

  const UserInfo root_{.name = "root", .groups = {"system:masters"}};
  const UserInfo alice_{.name = "alice"};
  RbacWorld world_;
  RbacAuthorizer authorizer_{world_.store()};
};

TEST_F(ImpersonationTest, IsNotAskedForWithoutItsHeaders) {
  const auto user = As({{"Accept", "*/*"}}, alice_);
  ASSERT_TRUE(user);
  EXPECT_FALSE(*user);
}

TEST_F(ImpersonationTest, MakesAnAuthenticatedUser) {
  const auto user = As({{"impersonate-user", "bob"},
                        {"Impersonate-Group", "dev"},
                        {"Impersonate-Group", "ops"},
                        {"Impersonate-Uid", "7"},
                        {"Impersonate-Extra-Acme.com%2Fproject", "x"}},
                       root_);
  ASSERT_TRUE(user && *user);
  EXPECT_EQ((*user)->name, "bob");
  EXPECT_EQ((*user)->uid, "7");
  EXPECT_THAT((*user)->groups, ElementsAre("dev", "ops", "system:authenticated"));
  EXPECT_THAT((*user)->extra, ElementsAre(Pair("acme.com/project", ElementsAre("x"))));
}

TEST_F(ImpersonationTest, GivesAServiceAccountItsGroups) {
  const auto user = As({{"Impersonate-User", "system:serviceaccount:a:bot"}}, root_);
  ASSERT_TRUE(user && *user);
  EXPECT_THAT((*user)->groups,
              ElementsAre("system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"));
  const auto anonymous = As({{"Impersonate-User", "system:anonymous"}}, root_);
  ASSERT_TRUE(anonymous && *anonymous);
  EXPECT_THAT((*anonymous)->groups, ElementsAre("system:unauthenticated"));
}

TEST_F(ImpersonationTest, NeedsTheVerbOnEachThing) {
  const auto refusal = [this](const mock_http::Headers& headers) {
    const auto user = As(headers, alice_);
    return user ? std::string() : user.error().message;
  };
  EXPECT_EQ(refusal({{"Impersonate-User", "bob"}}),
            "users \"bob\" is forbidden: User \"alice\" cannot impersonate resource \"users\" in API group \"\" at the "
            "cluster scope");
  EXPECT_EQ(
      refusal({{"Impersonate-User", "system:serviceaccount:a:bot"}}),
      "serviceaccounts \"bot\" is forbidden: User \"alice\" cannot impersonate resource \"serviceaccounts\" in API "
      "group \"\" in the namespace \"a\"");
  world_.AddRole("", "may", {RbacWorld::Rule({"impersonate"}, {""}, {"users"})});
  world_.Bind("", "may", RbacWorld::ToClusterRole("may"), {RbacWorld::User("alice")});
  EXPECT_EQ(refusal({{"Impersonate-User", "bob"}}), "");
  EXPECT_EQ(
      refusal({{"Impersonate-User", "bob"}, {"Impersonate-Group", "ops"}}),
      "groups \"ops\" is forbidden: User \"alice\" cannot impersonate resource \"groups\" in API group \"\" at the "
      "cluster scope");
  EXPECT_EQ(refusal({{"Impersonate-User", "bob"}, {"Impersonate-Extra-Scopes", "x"}}),
            "userextras.authentication.k8s.io \"x\" is forbidden: User \"alice\" cannot impersonate resource "
            "\"userextras/scopes\" in API group \"authentication.k8s.io\" at the cluster scope");
}

TEST_F(ImpersonationTest, OfNobodyIsAnErrorInPlainText) {
  const auto user = As({{"Impersonate-Group", "ops"}, {"Impersonate-Uid", "7"}}, root_);
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().code, 500);
  EXPECT_TRUE(user.error().as_text);
  EXPECT_EQ(user.error().message,
            "requested [{Group  ops    } {UID  7  authentication.k8s.io/v1  }] without impersonating a user");
}

}  // namespace
}  // namespace mock_kubeapi
