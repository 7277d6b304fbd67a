#include "mock_kubeapi/authz/escalation.h"

#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/authz/rbac.h"
#include "mock_kubeapi/authz/rbac_fixture.h"

namespace mock_kubeapi {
namespace {

class EscalationTest : public testing::Test {
 protected:
  EscalationTest() {
    world_.AddRole("a", "editor", {RbacWorld::Rule({"get"}, {""}, {"secrets"})});
    world_.Bind("a", "editor", RbacWorld::ToRole("editor"), {RbacWorld::User("alice")});
  }

  static Json Role(const std::string& kind, const std::vector<Json>& rules) {
    Json role = {{"kind", kind}, {"metadata", {{"name", "r"}}}, {"rules", rules}};
    if (kind == "Role") role["metadata"]["namespace"] = "a";
    return role;
  }
  static Json Binding(const Json& role) {
    return {{"kind", "RoleBinding"}, {"metadata", {{"name", "b"}, {"namespace", "a"}}}, {"roleRef", role}};
  }
  std::string RefusalOf(const Json& role, const Json* old = nullptr) const {
    const auto result = CheckRoleEscalation(role, old, Context(alice_));
    return result ? "" : result.error().message;
  }
  std::string BindingRefusalOf(const Json& binding, const Json* old = nullptr) const {
    const auto result = CheckBindingEscalation(binding, old, Context(alice_));
    return result ? "" : result.error().message;
  }
  EscalationContext Context(const UserInfo& user) const {
    return {.store = world_.store(), .authorizer = &authorizer_, .user = &user};
  }

  const UserInfo alice_{.name = "alice", .groups = {"system:authenticated"}};
  const UserInfo root_{.name = "root", .groups = {"system:masters"}};
  RbacWorld world_;
  RbacAuthorizer authorizer_{world_.store()};
};

constexpr const char* kMissingDelete =
    "user \"alice\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
    "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"delete\"]}";

TEST_F(EscalationTest, OfARoleIsRefusedWithWhatIsMissing) {
  EXPECT_EQ(RefusalOf(Role("Role", {RbacWorld::Rule({"get"}, {""}, {"secrets"})})), "");
  EXPECT_EQ(RefusalOf(Role("Role", {RbacWorld::Rule({"get", "delete"}, {""}, {"secrets"})})),
            std::string("roles.rbac.authorization.k8s.io \"r\" is forbidden: ") + kMissingDelete);
  EXPECT_EQ(RefusalOf(Role(
                "Role",
                {RbacWorld::Rule({"list"}, {""}, {"pods", "pods/log"}),
                 {{"verbs", {"get"}}, {"apiGroups", {""}}, {"resources", {"configmaps"}}, {"resourceNames", {"x"}}}})),
            "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"alice\" (groups=[\"system:authenticated\"]) is "
            "attempting to grant RBAC permissions not currently held:\n"
            "{APIGroups:[\"\"], Resources:[\"configmaps\"], ResourceNames:[\"x\"], Verbs:[\"get\"]}\n"
            "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\"]}\n"
            "{APIGroups:[\"\"], Resources:[\"pods/log\"], Verbs:[\"list\"]}");
}

TEST_F(EscalationTest, IsNoConcernOfMastersAndControllers) {
  const Json role = Role("Role", {RbacWorld::Rule({"*"}, {"*"}, {"*"})});
  EXPECT_TRUE(CheckRoleEscalation(role, nullptr, Context(root_)));
  EXPECT_TRUE(CheckRoleEscalation(role, nullptr, {.store = world_.store()}));
  EXPECT_TRUE(CheckBindingEscalation(Binding(RbacWorld::ToRole("none")), nullptr, {.store = world_.store()}));
}

TEST_F(EscalationTest, IsAllowedByTheVerbEscalate) {
  world_.AddRole("a", "escalator",
                 {{{"verbs", {"escalate"}},
                   {"apiGroups", {"rbac.authorization.k8s.io"}},
                   {"resources", {"roles"}},
                   {"resourceNames", {"r"}}}});
  world_.Bind("a", "escalator", RbacWorld::ToRole("escalator"), {RbacWorld::User("alice")});
  const Json role = Role("Role", {RbacWorld::Rule({"delete"}, {""}, {"secrets"})});
  EXPECT_EQ(RefusalOf(role, &role), "");
  EXPECT_NE(RefusalOf(role), "") << "a create has no name that resourceNames could match";
}

TEST_F(EscalationTest, IsNotLookedForWhereOnlyOwnersChange) {
  const Json old = Role("Role", {RbacWorld::Rule({"delete"}, {""}, {"secrets"})});
  Json changed = old;
  changed["metadata"]["finalizers"] = {"example.com/x"};
  EXPECT_EQ(RefusalOf(changed, &old), "");
  changed["metadata"]["labels"] = {{"a", "b"}};
  EXPECT_NE(RefusalOf(changed, &old), "");
}

TEST_F(EscalationTest, OfAClusterRoleNeedsRightsInTheCluster) {
  EXPECT_NE(RefusalOf(Role("ClusterRole", {RbacWorld::Rule({"get"}, {""}, {"secrets"})})), "");
  const std::string refusal =
      "clusterroles.rbac.authorization.k8s.io \"r\" is forbidden: must have cluster-admin privileges to use the "
      "aggregationRule";
  Json aggregated = Role("ClusterRole", {});
  aggregated["aggregationRule"]["clusterRoleSelectors"] = Json::array();
  EXPECT_EQ(RefusalOf(aggregated), "") << "that is for validation to refuse";
  aggregated["aggregationRule"]["clusterRoleSelectors"].push_back({{"matchLabels", {{"a", "b"}}}});
  EXPECT_EQ(RefusalOf(aggregated), refusal);
  Json relabelled = aggregated;
  relabelled["metadata"]["labels"] = {{"a", "b"}};
  EXPECT_EQ(RefusalOf(relabelled, &aggregated), refusal);
  EXPECT_EQ(RefusalOf(Role("ClusterRole", {}), &aggregated), refusal);
}

TEST_F(EscalationTest, ByABindingIsRefusedUnlessItMayBeBound) {
  world_.AddRole("a", "strong", {RbacWorld::Rule({"delete"}, {""}, {"secrets"})});
  const Json binding = Binding(RbacWorld::ToRole("strong"));
  EXPECT_EQ(BindingRefusalOf(binding),
            std::string("rolebindings.rbac.authorization.k8s.io \"b\" is forbidden: ") + kMissingDelete);
  EXPECT_EQ(BindingRefusalOf(Binding(RbacWorld::ToRole("editor"))), "");
  EXPECT_EQ(BindingRefusalOf(Binding(RbacWorld::ToRole("none"))), "roles.rbac.authorization.k8s.io \"none\" not found");
  EXPECT_EQ(BindingRefusalOf(Binding(RbacWorld::ToClusterRole("none"))),
            "clusterroles.rbac.authorization.k8s.io \"none\" not found");
  EXPECT_EQ(BindingRefusalOf(Binding({{"kind", "Pod"}, {"name", "x"}})), "unsupported role reference kind: \"Pod\"");
  world_.AddRole("a", "binder",
                 {{{"verbs", {"bind"}},
                   {"apiGroups", {"rbac.authorization.k8s.io"}},
                   {"resources", {"roles"}},
                   {"resourceNames", {"strong"}}}});
  world_.Bind("a", "binder", RbacWorld::ToRole("binder"), {RbacWorld::User("alice")});
  EXPECT_EQ(BindingRefusalOf(binding), "");
}

TEST_F(EscalationTest, ToldTogetherWithWhatCouldNotBeLookedUp) {
  world_.Bind("a", "dangling", RbacWorld::ToRole("gone"), {RbacWorld::User("alice")});
  EXPECT_EQ(RefusalOf(Role("Role", {RbacWorld::Rule({"delete"}, {""}, {"secrets"})})),
            std::string("roles.rbac.authorization.k8s.io \"r\" is forbidden: ") + kMissingDelete +
                "; resolution errors: [roles.rbac.authorization.k8s.io \"gone\" not found]");
}

}  // namespace
}  // namespace mock_kubeapi
