#include "mock_kubeapi/kinds/role.h"

#include <string>
#include <vector>

#include "mock_kubeapi/authz/escalation.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/label_selector.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

FieldErrors ValidateRule(const Json& rule, bool is_namespaced, const std::string& path) {
  FieldErrors errors;
  if (ListOf(rule, "verbs").empty()) {
    errors.push_back(Required(Child(path, "verbs"), "verbs must contain at least one value"));
  }
  const Json& urls = ListOf(rule, "nonResourceURLs");
  if (!urls.empty()) {
    const std::string shown = GoStrings(urls.get<std::vector<std::string>>());
    const std::string url_path = Child(path, "nonResourceURLs");
    if (is_namespaced) {
      errors.push_back(InvalidGoValue(url_path, shown, "namespaced rules cannot apply to non-resource URLs"));
    }
    if (!ListOf(rule, "apiGroups").empty() || !ListOf(rule, "resources").empty() ||
        !ListOf(rule, "resourceNames").empty()) {
      errors.push_back(
          InvalidGoValue(url_path, shown, "rules cannot apply to both regular resources and non-resource URLs"));
    }
    return errors;
  }
  if (ListOf(rule, "apiGroups").empty()) {
    errors.push_back(Required(Child(path, "apiGroups"), "resource rules must supply at least one api group"));
  }
  if (ListOf(rule, "resources").empty()) {
    errors.push_back(Required(Child(path, "resources"), "resource rules must supply at least one resource"));
  }
  return errors;
}

FieldErrors ValidateRules(const Json& role, bool is_namespaced) {
  FieldErrors errors;
  const Json& rules = ListOf(role, "rules");
  for (std::size_t i = 0; i < rules.size(); ++i)
    Append(errors, ValidateRule(rules[i], is_namespaced, Index("rules", i)));
  return errors;
}

FieldErrors ValidateAggregation(const Json& role) {
  FieldErrors errors;
  const Json* aggregation = FieldOf(role, "aggregationRule");
  if (aggregation == nullptr) return errors;
  const std::string path = "aggregationRule.clusterRoleSelectors";
  const Json& selectors = ListOf(*aggregation, "clusterRoleSelectors");
  if (selectors.empty()) {
    errors.push_back(Required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  }
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    Append(errors, validation::ValidateLabelSelector(selectors[i], Index(path, i)));
  }
  return errors;
}

/// What Roles and ClusterRoles have in common.
Kind RoleLike(const schema::Type* type) {
  return {
      .group = "rbac.authorization.k8s.io",
      .version = "v1",
      .type = type,
      .create_on_update = true,
      .update_checks = TwiceAsNew(),
      .columns = DefaultColumns(),
      .row = DefaultRow,
      .prepare_create = [](Json& role, const KindContext& context) -> Result<void> {
        return CheckRoleEscalation(role, nullptr,
                                   {.store = context.store, .authorizer = context.authorizer, .user = context.user});
      },
      .prepare_update = [](Json& role, const Json& old, const std::string& /*subresource*/,
                           const KindContext& context) -> Result<void> {
        return CheckRoleEscalation(role, &old,
                                   {.store = context.store, .authorizer = context.authorizer, .user = context.user});
      },
      .validate_name = validation::NameIsPathSegment,
  };
}

}  // namespace

Kind RoleKind(const schema::Type* type) {
  Kind kind = RoleLike(type);
  kind.kind = "Role";
  kind.plural = "roles";
  kind.singular = "role";
  kind.validate = [](const Json& role, const KindContext& /*context*/) { return ValidateRules(role, true); };
  return kind;
}

Kind ClusterRoleKind(const schema::Type* type) {
  Kind kind = RoleLike(type);
  kind.kind = "ClusterRole";
  kind.plural = "clusterroles";
  kind.singular = "clusterrole";
  kind.namespaced = false;
  kind.validate = [](const Json& role, const KindContext& /*context*/) {
    FieldErrors errors = ValidateRules(role, false);
    Append(errors, ValidateAggregation(role));
    return errors;
  };
  return kind;
}

}  // namespace mock_kubeapi
