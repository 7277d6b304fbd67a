// RoleBindings and ClusterRoleBindings (rbac.authorization.k8s.io/v1): rows of the table of kinds.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.rbac.v1.RoleBinding. A write by a user is refused when the role grants what the
/// user lacks, unless the user may bind it (authz/escalation.h).
Kind RoleBindingKind(const schema::Type* type);
/// `type` is the schema of io.k8s.api.rbac.v1.ClusterRoleBinding.
Kind ClusterRoleBindingKind(const schema::Type* type);

}  // namespace mock_kubeapi
