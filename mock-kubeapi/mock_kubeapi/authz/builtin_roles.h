// The ClusterRoles and ClusterRoleBindings that exist from the start: cluster-admin, admin, edit, view, system:… for
// the kinds that are served here. Source: plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
#pragma once

#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// ClusterRole objects without uid, resourceVersion and creationTimestamp. Aggregated ones (admin, edit, view) carry
/// their aggregationRule and the rules that it adds up to.
std::vector<Json> BuiltinClusterRoles();
std::vector<Json> BuiltinClusterRoleBindings();

/// The rules that `aggregated` (a ClusterRole with an aggregationRule) adds up to from the labels of `cluster_roles`,
/// in order of name and without repeats; the controller's work.
Json AggregatedRules(const Json& aggregated, const std::vector<const Json*>& cluster_roles);

}  // namespace mock_kubeapi
