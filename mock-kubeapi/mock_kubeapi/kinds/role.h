// Roles and ClusterRoles (rbac.authorization.k8s.io/v1): rows of the table of kinds.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.rbac.v1.Role. A write by a user is refused when it grants what the user lacks
/// (authz/escalation.h).
Kind RoleKind(const schema::Type* type);
/// `type` is the schema of io.k8s.api.rbac.v1.ClusterRole.
Kind ClusterRoleKind(const schema::Type* type);

}  // namespace mock_kubeapi
