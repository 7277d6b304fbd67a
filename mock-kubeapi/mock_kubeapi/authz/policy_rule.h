// The rules of Roles and ClusterRoles: what a rule allows, whether some rules cover others, and how a rule is told.
// Source: pkg/apis/rbac/v1/evaluation_helpers.go and component-helpers' auth/rbac/validation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/authn/user_info.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

inline constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";

/// What a request wants to do.
struct Attributes {
  UserInfo user;
  std::string verb;  ///< "get", "list" …; the HTTP method in lower case for a path that is no resource
  /// False: `path` alone says what is asked for.
  bool is_resource = true;
  std::string namespace_name;  ///< empty at the cluster scope
  std::string group;
  std::string version;
  std::string resource;
  std::string subresource;
  std::string name;  ///< empty for list, create, deletecollection …
  std::string path;
};

struct PolicyRule {
  std::vector<std::string> verbs;
  std::vector<std::string> api_groups;
  std::vector<std::string> resources;
  std::vector<std::string> resource_names;
  std::vector<std::string> non_resource_urls;

  bool operator==(const PolicyRule&) const = default;
};

/// What a binding points to.
struct RoleReference {
  std::string kind;  ///< "Role" or "ClusterRole"; a binding in the store has no other
  std::string name;

  bool operator==(const RoleReference&) const = default;
};

/// `role.rbac.authorization.k8s.io "x" not found`, as the authorizer says it.
std::string MissingRoleText(const RoleReference& role);

/// The `rules` of a Role or ClusterRole; what is missing is empty.
std::vector<PolicyRule> RulesOf(const Json& role);
/// A rule in the form of `rules`, without its empty lists (verbs are always there).
Json RuleToJson(const PolicyRule& rule);

/// Whether the rule alone allows the request.
bool RuleAllows(const PolicyRule& rule, const Attributes& attributes);

/// The parts of `wanted` that `held` doesn't cover, each with one verb, group, resource, name or URL.
std::vector<PolicyRule> MissingRules(const std::vector<PolicyRule>& held, const std::vector<PolicyRule>& wanted);
/// Joins rules that differ in their verbs only.
std::vector<PolicyRule> CompactRules(const std::vector<PolicyRule>& rules);
/// `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`
std::string DescribeRule(const PolicyRule& rule);

}  // namespace mock_kubeapi
