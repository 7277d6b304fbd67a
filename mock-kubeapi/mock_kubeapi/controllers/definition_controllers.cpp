#include "mock_kubeapi/controllers/definition_controllers.h"

#include <algorithm>
#include <utility>

#include "mock_kubeapi/authz/builtin_roles.h"
#include "mock_kubeapi/authz/policy_rule.h"
#include "mock_kubeapi/custom/custom.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";
constexpr std::string_view kClusterRoles = "clusterroles.rbac.authorization.k8s.io";
constexpr std::string_view kCleanup = "customresourcecleanup.apiextensions.k8s.io";
const GroupVersionResource kDefinitionResource{
    .group = "apiextensions.k8s.io", .version = "v1", .resource = "customresourcedefinitions"};

}  // namespace

void CustomResourceController::Observe(const Change& change) {
  if (change.resource == kDefinitions) {
    queue_.Add(std::string(MetaText(change.json(), "name")));
    return;
  }
  // A definition that is being deleted waits for its last object.
  if (change.type != ChangeType::kDeleted) return;
  const auto kinds = kinds_.OfStorage(change.resource);
  if (!kinds.empty() && kinds.front()->type->custom) queue_.Add(change.resource);
}

bool CustomResourceController::Step(ControllerContext& context) {
  const auto name = queue_.Take(context.clock.Now());
  if (!name) return false;
  const StoreReader& store = context.client.store();
  const JsonPtr definition = store.Get({kDefinitions, "", *name});
  if (!definition) {
    kinds_.SetCustom(*name, {});
    return true;
  }
  const KindPtr kind = context.client.FindKind(kDefinitionResource);
  std::vector<Json> others;
  for (const JsonPtr& other : store.List(kDefinitions)) {
    if (MetaText(*other, "name") != *name) others.push_back(*other);
  }
  Json settled = custom::WithStatus(*definition, others, mock_http::FormatRfc3339(context.clock.Now()));
  if (settled != *definition) {
    static_cast<void>(context.client.Update(*kind, std::move(settled), "status"));
    return true;  // the change comes back
  }
  if (custom::IsEstablished(*definition)) kinds_.SetCustom(*name, custom::CustomKinds(*definition));
  if (IsBeingDeleted(*definition)) {
    Terminate(context, *definition);
  } else if (custom::IsEstablished(*definition) && !HasFinalizer(*definition, kCleanup)) {
    Json held = *definition;
    held["metadata"]["finalizers"].push_back(kCleanup);
    static_cast<void>(context.client.Update(*kind, std::move(held), ""));
  }
  return true;
}

void CustomResourceController::Terminate(ControllerContext& context, const Json& definition) {
  if (!HasFinalizer(definition, kCleanup)) return;
  if (!custom::IsTerminating(definition)) {
    Json told = custom::Terminating(definition, mock_http::FormatRfc3339(context.clock.Now()));
    static_cast<void>(context.client.Update(*context.client.FindKind(kDefinitionResource), std::move(told), "status"));
    return;  // the change comes back
  }
  const std::string name(MetaText(definition, "name"));
  const StoreReader& store = context.client.store();
  for (const KindPtr& kind : kinds_.OfStorage(name)) {
    for (const JsonPtr& object : store.List(name)) {
      if (IsBeingDeleted(*object)) continue;
      static_cast<void>(context.client.Delete(*kind, std::string(MetaText(*object, "namespace")),
                                              std::string(MetaText(*object, "name")), {}));
    }
  }
  if (!store.List(name).empty()) return;
  Json released = definition;
  Json& finalizers = released["metadata"]["finalizers"];
  finalizers.erase(std::remove(finalizers.begin(), finalizers.end(), kCleanup), finalizers.end());
  static_cast<void>(context.client.Update(*context.client.FindKind(kDefinitionResource), std::move(released), ""));
}

void RoleAggregationController::Observe(const Change& change) {
  if (change.resource == kClusterRoles) pending_ = true;
}

bool RoleAggregationController::Step(ControllerContext& context) {
  if (!std::exchange(pending_, false)) return false;
  const std::vector<JsonPtr> roles = context.client.store().List(kClusterRoles);
  std::vector<const Json*> all;
  all.reserve(roles.size());
  for (const JsonPtr& role : roles) all.push_back(role.get());
  const KindPtr kind = context.client.FindKind({.group = kRbacGroup, .version = "v1", .resource = "clusterroles"});
  for (const JsonPtr& role : roles) {
    if (!IsSet(*role, "aggregationRule")) continue;
    Json rules = AggregatedRules(*role, all);
    if (rules == ListOf(*role, "rules")) continue;
    Json changed = *role;
    changed["rules"] = std::move(rules);
    static_cast<void>(context.client.Update(*kind, std::move(changed), ""));
  }
  return true;
}

}  // namespace mock_kubeapi
