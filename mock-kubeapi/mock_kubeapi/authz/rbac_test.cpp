#include "mock_kubeapi/authz/rbac.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/authz/rbac_fixture.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class RbacTest : public testing::Test {
 protected:
  Verdict Ask(const UserInfo& user, const std::string& verb, const std::string& namespace_name,
              const std::string& resource = "secrets", const std::string& name = {}) const {
    return authorizer_.Authorize(
        {.user = user, .verb = verb, .namespace_name = namespace_name, .resource = resource, .name = name});
  }

  const UserInfo alice_{.name = "alice", .groups = {"dev", "system:authenticated"}};
  const UserInfo bot_ = ServiceAccountUser({.namespace_name = "a", .name = "bot"}, "u1");
  RbacWorld world_;
  RbacAuthorizer authorizer_{world_.store()};
};

TEST_F(RbacTest, DeniesWithoutABinding) {
  const Verdict verdict = Ask(alice_, "get", "a");
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.reason, "");
}

TEST_F(RbacTest, LetsMembersOfMastersDoEverything) {
  const UserInfo admin{.name = "root", .groups = {"system:masters"}};
  EXPECT_TRUE(Ask(admin, "anything", "a").allowed);
  EXPECT_EQ(Ask(admin, "anything", "a").reason, "");
}

TEST_F(RbacTest, GrantsInTheBindingsNamespaceOnly) {
  world_.AddRole("a", "reader", {RbacWorld::Rule({"get"}, {""}, {"secrets"})});
  world_.Bind("a", "b", RbacWorld::ToRole("reader"), {RbacWorld::User("alice")});
  EXPECT_TRUE(Ask(alice_, "get", "a").allowed);
  EXPECT_EQ(Ask(alice_, "get", "a").reason,
            "RBAC: allowed by RoleBinding \"b/a\" of Role \"reader\" to User \"alice\"");
  EXPECT_FALSE(Ask(alice_, "get", "b").allowed);
  EXPECT_FALSE(Ask(alice_, "get", "").allowed);
  EXPECT_FALSE(Ask(bot_, "get", "a").allowed);
}

TEST_F(RbacTest, GrantsEverywhereByAClusterRoleBinding) {
  world_.AddRole("", "reader", {RbacWorld::Rule({"list"}, {""}, {"secrets"})});
  world_.Bind("", "everywhere", RbacWorld::ToClusterRole("reader"), {RbacWorld::Group("ops"), RbacWorld::Group("dev")});
  EXPECT_TRUE(Ask(alice_, "list", "a").allowed);
  EXPECT_TRUE(Ask(alice_, "list", "").allowed);
  EXPECT_EQ(Ask(alice_, "list", "").reason,
            "RBAC: allowed by ClusterRoleBinding \"everywhere\" of ClusterRole \"reader\" to Group \"dev\"");
}

TEST_F(RbacTest, BindsAServiceAccountByNameAndNamespace) {
  world_.AddRole("a", "reader", {RbacWorld::Rule({"get"}, {""}, {"secrets"})});
  world_.Bind("a", "own", RbacWorld::ToRole("reader"), {{{"kind", "ServiceAccount"}, {"name", "bot"}}});
  EXPECT_EQ(Ask(bot_, "get", "a").reason,
            "RBAC: allowed by RoleBinding \"own/a\" of Role \"reader\" to ServiceAccount \"bot/a\"");
  const UserInfo namesake = ServiceAccountUser({.namespace_name = "b", .name = "bot"}, "u2");
  EXPECT_FALSE(Ask(namesake, "get", "a").allowed);
  world_.Bind("a", "others", RbacWorld::ToRole("reader"), {RbacWorld::Group("system:serviceaccounts:b")});
  EXPECT_TRUE(Ask(namesake, "get", "a").allowed);
}

TEST_F(RbacTest, FollowsEveryChangeOfTheStore) {
  world_.AddRole("a", "reader", {RbacWorld::Rule({"get"}, {""}, {"secrets"})});
  world_.Bind("a", "b", RbacWorld::ToRole("reader"), {RbacWorld::User("alice")});
  EXPECT_TRUE(Ask(alice_, "get", "a").allowed);
  world_.AddRole("a", "reader", {RbacWorld::Rule({"list"}, {""}, {"secrets"})});
  EXPECT_FALSE(Ask(alice_, "get", "a").allowed);
  EXPECT_TRUE(Ask(alice_, "list", "a").allowed);
  world_.Remove("rolebindings", "a", "b");
  EXPECT_FALSE(Ask(alice_, "list", "a").allowed);
}

TEST_F(RbacTest, TellsWhichRolesAreMissingWhenItDenies) {
  world_.Bind("a", "b", RbacWorld::ToRole("gone"), {RbacWorld::User("alice")});
  EXPECT_EQ(Ask(alice_, "get", "a").reason, "RBAC: role.rbac.authorization.k8s.io \"gone\" not found");
  world_.Bind("a", "c", RbacWorld::ToClusterRole("gone"), {RbacWorld::User("alice")});
  world_.Bind("a", "d", RbacWorld::ToRole("gone"), {RbacWorld::Group("dev")});
  EXPECT_EQ(Ask(alice_, "get", "a").reason,
            "RBAC: [role.rbac.authorization.k8s.io \"gone\" not found, clusterrole.rbac.authorization.k8s.io \"gone\" "
            "not found]");
  world_.AddRole("", "gone", {RbacWorld::Rule({"get"}, {""}, {"secrets"})});
  EXPECT_TRUE(Ask(alice_, "get", "a").allowed);
}

TEST_F(RbacTest, ListsTheRulesOfAUser) {
  world_.AddRole("a", "reader", {RbacWorld::Rule({"get"}, {""}, {"secrets"})});
  world_.AddRole("", "urls", {{{"verbs", {"get"}}, {"nonResourceURLs", {"/x"}}}});
  // Bound twice over, by name and by group: the binding counts once.
  world_.Bind("a", "b", RbacWorld::ToRole("reader"), {RbacWorld::User("alice"), RbacWorld::Group("dev")});
  world_.Bind("", "b", RbacWorld::ToClusterRole("urls"), {RbacWorld::Group("system:authenticated")});
  world_.Bind("a", "c", RbacWorld::ToRole("gone"), {RbacWorld::User("alice")});
  const RulesOfUser rules = authorizer_.RulesFor(alice_, "a");
  EXPECT_THAT(rules.rules, SizeIs(2));
  EXPECT_THAT(rules.missing_roles, ElementsAre(RoleReference{.kind = "Role", .name = "gone"}));
  EXPECT_THAT(authorizer_.RulesFor(alice_, "").rules, SizeIs(1));
}

TEST(ForbiddenRequest, IsWordedByScope) {
  const UserInfo user{.name = "u"};
  const ApiError named = ForbiddenRequestError(
      {.user = user, .verb = "get", .namespace_name = "ns", .resource = "secrets", .name = "x"}, {});
  EXPECT_EQ(named.message,
            "secrets \"x\" is forbidden: User \"u\" cannot get resource \"secrets\" in API group \"\" in the namespace "
            "\"ns\"");
  EXPECT_EQ(named.details, Json({{"name", "x"}, {"kind", "secrets"}}));
  const ApiError subresource = ForbiddenRequestError(
      {.user = user, .verb = "patch", .group = "batch", .resource = "jobs", .subresource = "status", .name = "j"},
      "RBAC: why");
  EXPECT_EQ(subresource.message,
            "jobs.batch \"j\" is forbidden: User \"u\" cannot patch resource \"jobs/status\" in API group \"batch\" at "
            "the cluster scope: RBAC: why");
  const ApiError path =
      ForbiddenRequestError({.user = user, .verb = "get", .is_resource = false, .path = "/a<b>&c"}, {});
  EXPECT_EQ(path.message, "forbidden: User \"u\" cannot get path \"/a&lt;b&gt;&amp;c\"");
  EXPECT_EQ(path.details, Json::object());
}

TEST(AlwaysAllow, Allows) {
  const AlwaysAllowAuthorizer authorizer;
  EXPECT_TRUE(authorizer.Authorize({.verb = "get", .resource = "secrets"}).allowed);
  EXPECT_THAT(authorizer.RulesFor({}, "a").rules, SizeIs(2));
}

}  // namespace
}  // namespace mock_kubeapi
