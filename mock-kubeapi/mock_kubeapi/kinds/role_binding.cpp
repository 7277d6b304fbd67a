#include "mock_kubeapi/kinds/role_binding.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mock_kubeapi/authz/escalation.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kRbacGroup = "rbac.authorization.k8s.io";

void SetBindingDefaults(Json& binding) {
  Json& role = binding["roleRef"];
  if (!role.is_object()) role = Json::object();
  SetDefaultText(role, "apiGroup", kRbacGroup);
  Json* subjects = FieldOf(binding, "subjects");
  if (subjects == nullptr || !subjects->is_array()) return;
  for (Json& subject : *subjects) {
    const std::string& kind = TextOf(subject, "kind");
    if (kind == "User" || kind == "Group") SetDefaultText(subject, "apiGroup", kRbacGroup);
  }
}

FieldErrors ValidateRoleReference(const Json& role, const std::vector<std::string>& kinds) {
  FieldErrors errors;
  const std::string& group = TextOf(role, "apiGroup");
  if (group != kRbacGroup) errors.push_back(NotSupported("roleRef.apiGroup", group, {kRbacGroup}));
  const std::string& kind = TextOf(role, "kind");
  if (std::ranges::find(kinds, kind) == kinds.end()) errors.push_back(NotSupported("roleRef.kind", kind, kinds));
  const std::string& name = TextOf(role, "name");
  if (name.empty()) {
    errors.push_back(Required("roleRef.name", ""));
  } else {
    Append(errors, InvalidForEach("roleRef.name", name, validation::IsPathSegmentName(name)));
  }
  return errors;
}

FieldErrors ValidateBindingSubject(const Json& subject, bool is_namespaced, const std::string& path) {
  FieldErrors errors;
  const std::string& name = TextOf(subject, "name");
  const std::string& group = TextOf(subject, "apiGroup");
  const std::string& kind = TextOf(subject, "kind");
  if (name.empty()) errors.push_back(Required(Child(path, "name"), ""));
  if (kind == "ServiceAccount") {
    if (!name.empty()) {
      Append(errors, InvalidForEach(Child(path, "name"), name, validation::NameIsDnsSubdomain(name, false)));
    }
    if (!group.empty()) errors.push_back(NotSupported(Child(path, "apiGroup"), group, {""}));
    if (!is_namespaced && TextOf(subject, "namespace").empty()) {
      errors.push_back(Required(Child(path, "namespace"), ""));
    }
  } else if (kind == "User" || kind == "Group") {
    if (group != kRbacGroup) errors.push_back(NotSupported(Child(path, "apiGroup"), group, {kRbacGroup}));
  } else {
    errors.push_back(NotSupported(Child(path, "kind"), kind, {"ServiceAccount", "User", "Group"}));
  }
  return errors;
}

struct BindingRules {
  bool is_namespaced = true;
  std::vector<std::string> role_kinds;
};

FieldErrors ValidateBinding(const Json& binding, const BindingRules& rules) {
  FieldErrors errors = ValidateRoleReference(ObjectOf(binding, "roleRef"), rules.role_kinds);
  const Json& subjects = ListOf(binding, "subjects");
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    Append(errors, ValidateBindingSubject(subjects[i], rules.is_namespaced, Index("subjects", i)));
  }
  return errors;
}

FieldErrors ValidateBindingChange(const Json& binding, const Json& old) {
  FieldErrors errors;
  const Json& role = ObjectOf(binding, "roleRef");
  if (role != ObjectOf(old, "roleRef")) {
    errors.push_back(
        InvalidGoValue("roleRef",
                       fmt::format("rbac.RoleRef{{APIGroup:{}, Kind:{}, Name:{}}}", GoQuote(TextOf(role, "apiGroup")),
                                   GoQuote(TextOf(role, "kind")), GoQuote(TextOf(role, "name"))),
                       "cannot change roleRef"));
  }
  return errors;
}

/// The subjects of a kind as the wide table lists them.
std::string SubjectsOf(const Json& binding, std::string_view kind) {
  std::string out;
  for (const Json& subject : ListOf(binding, "subjects")) {
    if (TextOf(subject, "kind") != kind) continue;
    if (!out.empty()) out += ", ";
    if (kind == "ServiceAccount") out += TextOf(subject, "namespace") + "/";
    out += TextOf(subject, "name");
  }
  return out;
}

Json BindingRow(const Json& binding, mock_http::TimePoint now) {
  const Json& role = ObjectOf(binding, "roleRef");
  return Json::array({NameOf(binding), TextOf(role, "kind") + "/" + TextOf(role, "name"), Age(binding, now),
                      SubjectsOf(binding, "User"), SubjectsOf(binding, "Group"),
                      SubjectsOf(binding, "ServiceAccount")});
}

/// What both kinds have in common; `name` is "roleBinding" or "clusterRoleBinding".
Kind BindingLike(const schema::Type* type, const BindingRules& rules, const std::string& name,
                 const std::string& role_description) {
  return {
      .group = kRbacGroup,
      .version = "v1",
      .namespaced = rules.is_namespaced,
      .type = type,
      .create_on_update = true,
      .update_checks = TwiceAsNew(),
      .columns = {NameColumn(),
                  {.name = "Role", .description = role_description},
                  AgeColumn(),
                  {.name = "Users", .description = "Users in the " + name, .priority = 1},
                  {.name = "Groups", .description = "Groups in the " + name, .priority = 1},
                  {.name = "ServiceAccounts", .description = "ServiceAccounts in the " + name, .priority = 1}},
      .row = BindingRow,
      .set_defaults = SetBindingDefaults,
      .prepare_create = [](Json& binding, const KindContext& context) -> Result<void> {
        return CheckBindingEscalation(binding, nullptr,
                                      {.store = context.store, .authorizer = context.authorizer, .user = context.user});
      },
      .prepare_update = [](Json& binding, const Json& old, const std::string& /*subresource*/,
                           const KindContext& context) -> Result<void> {
        return CheckBindingEscalation(binding, &old,
                                      {.store = context.store, .authorizer = context.authorizer, .user = context.user});
      },
      .validate = [rules](const Json& binding,
                          const KindContext& /*context*/) { return ValidateBinding(binding, rules); },
      .validate_update = [](const Json& binding, const Json& old, const std::string& /*subresource*/,
                            const KindContext& /*context*/) { return ValidateBindingChange(binding, old); },
      .validate_name = validation::NameIsPathSegment,
  };
}

}  // namespace

Kind RoleBindingKind(const schema::Type* type) {
  Kind kind = BindingLike(type, {.is_namespaced = true, .role_kinds = {"Role", "ClusterRole"}}, "roleBinding",
                          "RoleRef can reference a Role in the current namespace or a ClusterRole in the global "
                          "namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.");
  kind.kind = "RoleBinding";
  kind.plural = "rolebindings";
  kind.singular = "rolebinding";
  return kind;
}

Kind ClusterRoleBindingKind(const schema::Type* type) {
  Kind kind = BindingLike(type, {.is_namespaced = false, .role_kinds = {"ClusterRole"}}, "clusterRoleBinding",
                          "RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be "
                          "resolved, the Authorizer must return an error.");
  kind.kind = "ClusterRoleBinding";
  kind.plural = "clusterrolebindings";
  kind.singular = "clusterrolebinding";
  return kind;
}

}  // namespace mock_kubeapi
