#include "mock_kubeapi/kinds/builtin.h"

#include "mock_kubeapi/custom/custom.h"
#include "mock_kubeapi/kinds/config_map.h"
#include "mock_kubeapi/kinds/cronjob.h"
#include "mock_kubeapi/kinds/event.h"
#include "mock_kubeapi/kinds/job.h"
#include "mock_kubeapi/kinds/lease.h"
#include "mock_kubeapi/kinds/namespace.h"
#include "mock_kubeapi/kinds/node.h"
#include "mock_kubeapi/kinds/pod.h"
#include "mock_kubeapi/kinds/reviews.h"
#include "mock_kubeapi/kinds/role.h"
#include "mock_kubeapi/kinds/role_binding.h"
#include "mock_kubeapi/kinds/secret.h"
#include "mock_kubeapi/kinds/service.h"
#include "mock_kubeapi/kinds/service_account.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi {
namespace {

using MakeKind = Kind (*)(const schema::Type* type);

struct Row {
  schema::KindKey key;
  MakeKind make;
};

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::string_view kAuthentication = "authentication.k8s.io";
constexpr std::string_view kAuthorization = "authorization.k8s.io";

/// In the order in which discovery lists groups, each group's kinds by their plural.
constexpr Row kRows[] = {
    {{"", "v1", "ConfigMap"}, ConfigMapKind},
    {{"", "v1", "Event"}, CoreEventKind},
    {{"", "v1", "Namespace"}, NamespaceKind},
    {{"", "v1", "Node"}, NodeKind},
    {{"", "v1", "Pod"}, PodKind},
    {{"", "v1", "Secret"}, SecretKind},
    {{"", "v1", "ServiceAccount"}, ServiceAccountKind},
    {{"", "v1", "Service"}, ServiceKind},
    {{"events.k8s.io", "v1", "Event"}, EventsEventKind},
    {{kAuthentication, "v1", "SelfSubjectReview"}, SelfSubjectReviewKind},
    {{kAuthentication, "v1", "TokenReview"}, TokenReviewKind},
    {{kAuthorization, "v1", "LocalSubjectAccessReview"}, LocalSubjectAccessReviewKind},
    {{kAuthorization, "v1", "SelfSubjectAccessReview"}, SelfSubjectAccessReviewKind},
    {{kAuthorization, "v1", "SelfSubjectRulesReview"}, SelfSubjectRulesReviewKind},
    {{kAuthorization, "v1", "SubjectAccessReview"}, SubjectAccessReviewKind},
    {{"batch", "v1", "CronJob"}, CronJobKind},
    {{"batch", "v1", "Job"}, JobKind},
    {{kRbac, "v1", "ClusterRoleBinding"}, ClusterRoleBindingKind},
    {{kRbac, "v1", "ClusterRole"}, ClusterRoleKind},
    {{kRbac, "v1", "RoleBinding"}, RoleBindingKind},
    {{kRbac, "v1", "Role"}, RoleKind},
    {{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, custom::CustomResourceDefinitionKind},
    {{"coordination.k8s.io", "v1", "Lease"}, LeaseKind},
};

}  // namespace

std::vector<Kind> BuiltinKinds() {
  std::vector<Kind> kinds;
  for (const Row& row : kRows) kinds.push_back(row.make(schema::FindKind(row.key)));
  return kinds;
}

}  // namespace mock_kubeapi
