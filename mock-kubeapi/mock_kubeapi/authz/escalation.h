// Nobody may give rights that they lack: the check on writes of roles and bindings.
// Source: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased and rbac/validation.
#pragma once

#include "mock_kubeapi/authz/authorizer.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

class StoreReader;

/// A write to be checked. `authorizer` or `user` null means that no request is behind it: all is allowed.
struct EscalationContext {
  const StoreReader& store;
  const Authorizer* authorizer = nullptr;
  const UserInfo* user = nullptr;
};

/// A Role or ClusterRole is about to be written; `old` is null for a create. 403 unless the user holds all of its
/// rules, may `escalate` it, or changes nothing but what the garbage collector does.
Result<void> CheckRoleEscalation(const Json& role, const Json* old, const EscalationContext& context);

/// A RoleBinding or ClusterRoleBinding is about to be written. 403 unless the user holds all rules of the role or may
/// `bind` it; 404 when the role is missing and the user may not bind it.
Result<void> CheckBindingEscalation(const Json& binding, const Json* old, const EscalationContext& context);

}  // namespace mock_kubeapi
