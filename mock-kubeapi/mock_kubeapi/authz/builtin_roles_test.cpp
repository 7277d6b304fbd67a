#include "mock_kubeapi/authz/builtin_roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "mock_kubeapi/authz/policy_rule.h"

namespace mock_kubeapi {
namespace {

Json RoleCalled(const std::string& name) {
  for (const Json& role : BuiltinClusterRoles()) {
    if (role["metadata"]["name"] == name) return role;
  }
  ADD_FAILURE() << "no ClusterRole " << name;
  return {};
}

bool Allows(const std::string& role, const Attributes& attributes) {
  return std::ranges::any_of(RulesOf(RoleCalled(role)),
                             [&attributes](const PolicyRule& rule) { return RuleAllows(rule, attributes); });
}

TEST(BuiltinRoles, ViewReadsNoSecretsEditDoesAndAdminManagesRoles) {
  const Attributes secrets{.verb = "list", .resource = "secrets"};
  const Attributes config_maps{.verb = "list", .resource = "configmaps"};
  const Attributes roles{.verb = "create", .group = "rbac.authorization.k8s.io", .resource = "roles"};
  EXPECT_FALSE(Allows("view", secrets));
  for (const char* role : {"view", "edit", "admin", "cluster-admin"}) EXPECT_TRUE(Allows(role, config_maps)) << role;
  for (const char* role : {"edit", "admin", "cluster-admin"}) EXPECT_TRUE(Allows(role, secrets)) << role;
  EXPECT_FALSE(Allows("edit", roles));
  EXPECT_TRUE(Allows("admin", roles));
}

TEST(BuiltinRoles, PublicInfoIsWhatAnonymousMayRead) {
  const auto get = [](const std::string& path) {
    return Attributes{.verb = "get", .is_resource = false, .path = path};
  };
  EXPECT_TRUE(Allows("system:public-info-viewer", get("/version")));
  EXPECT_FALSE(Allows("system:public-info-viewer", get("/livez/ping")));
  EXPECT_FALSE(Allows("system:public-info-viewer", get("/metrics")));
  EXPECT_TRUE(Allows("system:discovery", get("/apis/batch/v1")));
}

TEST(BuiltinRoles, AreMarkedAsSuch) {
  for (const Json& role : BuiltinClusterRoles()) {
    EXPECT_EQ(role["metadata"]["labels"]["kubernetes.io/bootstrapping"], "rbac-defaults");
    EXPECT_EQ(role["metadata"]["annotations"]["rbac.authorization.kubernetes.io/autoupdate"], "true");
    EXPECT_FALSE(role["rules"].empty()) << role["metadata"]["name"];
  }
}

TEST(BuiltinRoles, AreWhatTheBuiltinBindingsBind) {
  for (const Json& binding : BuiltinClusterRoleBindings()) {
    EXPECT_FALSE(RoleCalled(binding["roleRef"]["name"]).is_null());
  }
}

TEST(AggregatedRules, AddUpByLabelWithoutRepeats) {
  const auto role = [](const std::string& name, const Json& labels, const Json& rules) {
    return Json{{"metadata", {{"name", name}, {"labels", labels}}}, {"rules", rules}};
  };
  const Json a = role("a", {{"for", "x"}}, {1, 2});
  const Json b = role("b", {{"for", "x"}, {"not", "this"}}, {3});
  const Json c = role("c", {{"for", "x"}}, {2, 4});
  Json sum = role("sum", {{"for", "x"}}, {9});
  sum["aggregationRule"]["clusterRoleSelectors"] = {
      {{"matchLabels", {{"for", "x"}}}, {"matchExpressions", {{{"key", "not"}, {"operator", "DoesNotExist"}}}}}};
  EXPECT_EQ(AggregatedRules(sum, {&a, &b, &c, &sum}), Json({1, 2, 4}));
  sum["aggregationRule"]["clusterRoleSelectors"] = {
      {{"matchExpressions", {{{"key", "not"}, {"operator", "In"}, {"values", {"this"}}}}}}};
  EXPECT_EQ(AggregatedRules(sum, {&a, &b, &c, &sum}), Json({3}));
}

}  // namespace
}  // namespace mock_kubeapi
