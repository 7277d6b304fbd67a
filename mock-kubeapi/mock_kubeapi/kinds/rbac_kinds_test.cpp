#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/authz/rbac.h"
#include "mock_kubeapi/kinds/role.h"
#include "mock_kubeapi/kinds/role_binding.h"
#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

Json WithRule(const Json& rule) {
  return {{"rules", Json::array({rule})}};
}

TEST(Role, NeedsVerbsGroupsAndResources) {
  const Kind kind = RoleKind(nullptr);
  KindWorld world;
  EXPECT_EQ(world.Complaints(kind, Json::object()), "");
  EXPECT_EQ(world.Complaints(kind, WithRule({{"verbs", {"get"}}, {"apiGroups", {""}}, {"resources", {"pods"}}})), "");
  EXPECT_EQ(
      world.Complaints(kind, WithRule(Json::object())),
      "[rules[0].verbs: Required value: verbs must contain at least one value, rules[0].apiGroups: Required value: "
      "resource rules must supply at least one api group, rules[0].resources: Required value: resource rules must "
      "supply at least one resource]");
  EXPECT_EQ(world.Complaints(kind, WithRule({{"verbs", {"get"}}, {"nonResourceURLs", {"/x", "/y"}}})),
            "rules[0].nonResourceURLs: Invalid value: []string{\"/x\", \"/y\"}: namespaced rules cannot apply to "
            "non-resource URLs");
}

TEST(ClusterRole, MayNamePathsButNotBesideResources) {
  const Kind kind = ClusterRoleKind(nullptr);
  KindWorld world;
  EXPECT_EQ(world.Complaints(kind, WithRule({{"verbs", {"get"}}, {"nonResourceURLs", {"/x"}}})), "");
  EXPECT_EQ(
      world.Complaints(kind, WithRule({{"verbs", {"get"}}, {"nonResourceURLs", {"/x"}}, {"resources", {"pods"}}})),
      "rules[0].nonResourceURLs: Invalid value: []string{\"/x\"}: rules cannot apply to both regular resources and "
      "non-resource URLs");
  EXPECT_EQ(world.Complaints(kind, {{"aggregationRule", Json::object()}}),
            "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if "
            "aggregationRule is non-nil");
}

TEST(Role, IsShownByItsTimeOfCreation) {
  const Kind kind = RoleKind(nullptr);
  const KindWorld world;
  EXPECT_EQ(kind.row({{"metadata", {{"name", "r"}, {"creationTimestamp", "2024-01-01T00:00:00Z"}}}}, world.clock.Now()),
            Json::array({"r", "2024-01-01T00:00:00Z"}));
  EXPECT_EQ(kind.columns.at(1).name, "Created At");
}

TEST(RoleAndBinding, AskTheAuthorizerForWhoeverWrites) {
  KindWorld world;
  const RbacAuthorizer authorizer(world.store);
  KindContext context = world.Context();
  Json role = {{"kind", "Role"},
               {"metadata", {{"name", "r"}, {"namespace", "a"}}},
               {"rules", {{{"verbs", {"get"}}, {"apiGroups", {""}}, {"resources", {"pods"}}}}}};
  EXPECT_TRUE(RoleKind(nullptr).prepare_create(role, context)) << "nobody asked";
  context.authorizer = &authorizer;
  EXPECT_FALSE(RoleKind(nullptr).prepare_create(role, context));
  Json binding = {{"kind", "RoleBinding"},
                  {"metadata", {{"name", "b"}, {"namespace", "a"}}},
                  {"roleRef", {{"kind", "Role"}, {"name", "none"}}}};
  const auto refused = RoleBindingKind(nullptr).prepare_create(binding, context);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 404);
}

TEST(RoleBinding, GetsTheGroupOfRolesAndSubjects) {
  const Json binding = WithDefaults(RoleBindingKind(nullptr), {{"roleRef", {{"kind", "Role"}, {"name", "r"}}},
                                                               {"subjects",
                                                                {{{"kind", "User"}, {"name", "u"}},
                                                                 {{"kind", "Group"}, {"name", "g"}, {"apiGroup", "x"}},
                                                                 {{"kind", "ServiceAccount"}, {"name", "s"}}}}});
  EXPECT_EQ(binding["roleRef"]["apiGroup"], "rbac.authorization.k8s.io");
  EXPECT_EQ(binding["subjects"][0]["apiGroup"], "rbac.authorization.k8s.io");
  EXPECT_EQ(binding["subjects"][1]["apiGroup"], "x");
  EXPECT_FALSE(binding["subjects"][2].contains("apiGroup"));
}

Json Binding(const Json& role, const Json& subject) {
  return {{"roleRef", role}, {"subjects", Json::array({subject})}};
}

TEST(RoleBinding, ChecksItsRoleAndSubjects) {
  const Kind kind = RoleBindingKind(nullptr);
  KindWorld world;
  const Json role = {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", "r"}};
  const auto of_subject = [&](const Json& subject) { return world.Complaints(kind, Binding(role, subject)); };
  EXPECT_EQ(of_subject({{"kind", "ServiceAccount"}, {"name", "bot"}}), "");
  EXPECT_EQ(
      of_subject({{"kind", "Robot"}, {"name", "bot"}}),
      "subjects[0].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\"");
  EXPECT_EQ(of_subject({{"kind", "User"}, {"apiGroup", "x"}}),
            "[subjects[0].name: Required value, subjects[0].apiGroup: Unsupported value: \"x\": supported values: "
            "\"rbac.authorization.k8s.io\"]");
  EXPECT_EQ(of_subject({{"kind", "ServiceAccount"}, {"name", "s"}, {"apiGroup", "x"}}),
            "subjects[0].apiGroup: Unsupported value: \"x\": supported values: \"\"");
  EXPECT_EQ(
      world.Complaints(kind, {{"roleRef", {{"apiGroup", "v1"}}}}),
      "[roleRef.apiGroup: Unsupported value: \"v1\": supported values: \"rbac.authorization.k8s.io\", "
      "roleRef.kind: Unsupported value: \"\": supported values: \"Role\", \"ClusterRole\", roleRef.name: Required "
      "value]");
}

TEST(ClusterRoleBinding, NeedsNamespacesAndAClusterRole) {
  const Kind kind = ClusterRoleBindingKind(nullptr);
  KindWorld world;
  const Json role = {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", "r"}};
  EXPECT_EQ(world.Complaints(kind, Binding(role, {{"kind", "ServiceAccount"}, {"name", "bot"}})),
            "[roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\", subjects[0].namespace: "
            "Required value]");
}

TEST(RoleBinding, KeepsItsRole) {
  const Kind kind = RoleBindingKind(nullptr);
  KindWorld world;
  const Json old = {{"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", "r"}}}};
  Json changed = old;
  changed["roleRef"]["name"] = "r2";
  EXPECT_EQ(world.Complaints(kind, old, old), "");
  EXPECT_EQ(world.Complaints(kind, changed, old),
            "roleRef: Invalid value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", Name:\"r2\"}: "
            "cannot change roleRef");
}

TEST(RoleBinding, ListsItsSubjectsInTheWideTable) {
  const KindWorld world;
  const Json row = RoleBindingKind(nullptr).row({{"metadata", {{"name", "b"}}},
                                                 {"roleRef", {{"kind", "Role"}, {"name", "r"}}},
                                                 {"subjects",
                                                  {{{"kind", "User"}, {"name", "u"}},
                                                   {{"kind", "User"}, {"name", "v"}},
                                                   {{"kind", "ServiceAccount"}, {"name", "s"}, {"namespace", "n"}}}}},
                                                world.clock.Now());
  EXPECT_EQ(row, Json::array({"b", "Role/r", "<unknown>", "u, v", "", "n/s"}));
}

}  // namespace
}  // namespace mock_kubeapi
