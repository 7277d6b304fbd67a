#include "mock_kubeapi/authz/escalation.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/authz/policy_rule.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {
namespace {

std::string TextOf(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ResourceName ResourceOf(const std::string& kind) {
  std::string resource = "roles";
  if (kind == "ClusterRole") resource = "clusterroles";
  if (kind == "RoleBinding") resource = "rolebindings";
  if (kind == "ClusterRoleBinding") resource = "clusterrolebindings";
  return {.group = std::string(kRbacGroup), .resource = std::move(resource)};
}

/// What is checked, by name and namespace.
struct Written {
  std::string kind;
  std::string namespace_name;
  std::string name;

  explicit Written(const Json& object)
      : kind(TextOf(object, "kind")), namespace_name(MetaText(object, "namespace")), name(MetaText(object, "name")) {}
};

/// Whether only what the garbage collector changes differs.
bool ChangesOwnershipOnly(const Json& object, const Json* old) {
  if (old == nullptr) return false;
  Json copy = object;
  for (const char* field : {"ownerReferences", "finalizers", "managedFields"}) {
    copy["metadata"].erase(field);
    if (const auto found = old->at("metadata").find(field); found != old->at("metadata").end()) {
      copy["metadata"][field] = *found;
    }
  }
  return copy == *old;
}

bool IsAllowedTo(const char* verb, const RoleReference& role, const std::string& namespace_name,
                 const EscalationContext& context) {
  return context.authorizer
      ->Authorize({.user = *context.user,
                   .verb = verb,
                   .namespace_name = namespace_name,
                   .group = std::string(kRbacGroup),
                   .version = "*",
                   .resource = ResourceOf(role.kind).resource,
                   .subresource = {},
                   .name = role.name,
                   .path = {}})
      .allowed;
}

/// What a refusal says; nullopt when the user holds all of `rules` in `namespace_name`.
std::optional<std::string> WhatIsMissing(const std::vector<PolicyRule>& rules, const std::string& namespace_name,
                                         const EscalationContext& context) {
  const RulesOfUser held = context.authorizer->RulesFor(*context.user, namespace_name);
  const std::vector<PolicyRule> missing = MissingRules(held.rules, rules);
  if (missing.empty()) return std::nullopt;
  std::set<std::string> lines;
  for (const PolicyRule& rule : CompactRules(missing)) lines.insert(DescribeRule(rule));
  std::string text =
      fmt::format("user {} (groups={}) is attempting to grant RBAC permissions not currently held:\n{}",
                  GoQuote(context.user->name), GoQuoteList(context.user->groups), fmt::join(lines, "\n"));
  std::vector<std::string> errors;
  for (const RoleReference& role : held.missing_roles) {
    std::string error = fmt::format("{} {} not found", ResourceOf(role.kind).Qualified(), GoQuote(role.name));
    if (std::ranges::find(errors, error) == errors.end()) errors.push_back(std::move(error));
  }
  // The doubled brackets of several errors are an aggregate within a slice.
  if (errors.size() == 1) text += fmt::format("; resolution errors: [{}]", errors.front());
  if (errors.size() > 1) text += fmt::format("; resolution errors: [[{}]]", fmt::join(errors, ", "));
  return text;
}

/// A rule without selectors counts as none: validation refuses it.
bool HasAggregation(const Json& role) {
  const auto rule = role.find("aggregationRule");
  if (rule == role.end() || !rule->is_object()) return false;
  const auto selectors = rule->find("clusterRoleSelectors");
  return selectors != rule->end() && selectors->is_array() && !selectors->empty();
}

}  // namespace

Result<void> CheckRoleEscalation(const Json& role, const Json* old, const EscalationContext& context) {
  if (context.authorizer == nullptr || context.user == nullptr) return {};
  if (context.user->InGroup(kMastersGroup)) return {};
  const Written written(role);
  // POST is authorised without a name, so resourceNames never let a new role escalate.
  const RoleReference asked{.kind = written.kind, .name = old == nullptr ? std::string() : written.name};
  if (IsAllowedTo("escalate", asked, written.namespace_name, context)) return {};
  if (ChangesOwnershipOnly(role, old)) return {};
  if (const auto missing = WhatIsMissing(RulesOf(role), written.namespace_name, context)) {
    return std::unexpected(ForbiddenError(ResourceOf(written.kind), written.name, *missing));
  }
  // Any change of a role that aggregates counts: it can gather anything.
  const bool aggregates = HasAggregation(role) || (old != nullptr && HasAggregation(*old));
  const std::vector<PolicyRule> everything = {{.verbs = {"*"}, .api_groups = {"*"}, .resources = {"*"}},
                                              {.verbs = {"*"}, .non_resource_urls = {"*"}}};
  if (aggregates && WhatIsMissing(everything, {}, context)) {
    return std::unexpected(ForbiddenError(ResourceOf(written.kind), written.name,
                                          "must have cluster-admin privileges to use the aggregationRule"));
  }
  return {};
}

Result<void> CheckBindingEscalation(const Json& binding, const Json* old, const EscalationContext& context) {
  if (context.authorizer == nullptr || context.user == nullptr) return {};
  if (context.user->InGroup(kMastersGroup) || ChangesOwnershipOnly(binding, old)) return {};
  const Written written(binding);
  const Json reference = binding.value("roleRef", Json::object());
  const RoleReference role{.kind = TextOf(reference, "kind"), .name = TextOf(reference, "name")};
  const bool is_role = role.kind == "Role" || role.kind == "ClusterRole";
  if (is_role && IsAllowedTo("bind", role, written.namespace_name, context)) return {};
  if (!is_role) {
    // Not yet validated; the real server answers 500 here, too.
    return std::unexpected(
        ApiError{.code = 500, .message = fmt::format("unsupported role reference kind: {}", GoQuote(role.kind))});
  }
  const ResourceName resource = ResourceOf(role.kind);
  const JsonPtr found =
      context.store.Get({.resource = resource.Qualified(),
                         .namespace_name = role.kind == "Role" ? std::string_view(written.namespace_name) : "",
                         .name = role.name});
  if (!found) return std::unexpected(NotFoundError(resource, role.name));
  if (const auto missing = WhatIsMissing(RulesOf(*found), written.namespace_name, context)) {
    return std::unexpected(ForbiddenError(ResourceOf(written.kind), written.name, *missing));
  }
  return {};
}

}  // namespace mock_kubeapi
