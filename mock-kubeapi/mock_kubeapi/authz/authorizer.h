// May this user do that? The question the pipeline, admission and the access reviews ask.
// Source: apiserver's authorization/authorizer and endpoints/handlers/responsewriters/errors.go.
#pragma once

#include <string>
#include <vector>

#include "mock_kubeapi/authn/user_info.h"
#include "mock_kubeapi/authz/policy_rule.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

struct Verdict {
  bool allowed = false;
  /// Why: for reviews when allowed; what went wrong while looking up roles when not. Often empty.
  std::string reason;
};

/// The rules that apply to a user, and the roles that bindings name but that don't exist.
struct RulesOfUser {
  std::vector<PolicyRule> rules;
  std::vector<RoleReference> missing_roles;
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  virtual Verdict Authorize(const Attributes& attributes) const = 0;
  /// All rules that `user` has in `namespace_name` (those of the cluster alone when it is empty).
  virtual RulesOfUser RulesFor(const UserInfo& user, const std::string& namespace_name) const = 0;
};

/// Allows everything: `--authorization always-allow`.
class AlwaysAllowAuthorizer final : public Authorizer {
 public:
  Verdict Authorize(const Attributes& attributes) const override;
  RulesOfUser RulesFor(const UserInfo& user, const std::string& namespace_name) const override;
};

/// The 403 for a request that was not allowed: `secrets "x" is forbidden: User "u" cannot get resource "secrets" in API
/// group "" in the namespace "ns"`, with `reason` behind a colon where there is one.
ApiError ForbiddenRequestError(const Attributes& attributes, const std::string& reason);

}  // namespace mock_kubeapi
