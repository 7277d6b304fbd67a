#include "mock_kubeapi/kinds/node.h"

#include <string>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kRolePrefix = "node-role.kubernetes.io/";

/// What `kubectl get nodes` shows as the state.
std::string StatusText(const Json& node) {
  std::string text = "Unknown";
  for (const Json& condition : ListOf(ObjectOf(node, "status"), "conditions")) {
    if (TextOf(condition, "type") != "Ready") continue;
    text = TextOf(condition, "status") == "True" ? "Ready" : "NotReady";
  }
  if (IsTrue(ObjectOf(node, "spec"), "unschedulable")) text += ",SchedulingDisabled";
  return text;
}

std::string RolesText(const Json& node) {
  std::string text;
  for (const auto& [key, value] : ObjectOf(ObjectOf(node, "metadata"), "labels").items()) {
    if (!key.starts_with(kRolePrefix) || key.size() == kRolePrefix.size()) continue;
    text += (text.empty() ? "" : ",") + key.substr(kRolePrefix.size());
  }
  return text.empty() ? "<none>" : text;
}

Json NodeRow(const Json& node, mock_http::TimePoint now) {
  const std::string& version = TextOf(ObjectOf(ObjectOf(node, "status"), "nodeInfo"), "kubeletVersion");
  return Json::array({NameOf(node), StatusText(node), RolesText(node), Age(node, now), version});
}

}  // namespace

Kind NodeKind(const schema::Type* type) {
  Kind kind;
  kind.version = "v1";
  kind.kind = "Node";
  kind.plural = "nodes";
  kind.singular = "node";
  kind.short_names = {"no"};
  kind.namespaced = false;
  kind.type = type;
  kind.has_status = true;
  kind.subresources = {{.name = "status", .kind = "Node", .verbs = {"get", "patch", "update"}}};
  kind.selectable_fields = [](const Json& node) -> std::map<std::string, std::string> {
    return {{"spec.unschedulable", IsTrue(ObjectOf(node, "spec"), "unschedulable") ? "true" : "false"}};
  };
  kind.selects_namespace = false;
  kind.columns = {NameColumn(),
                  {.name = "Status", .description = "The status of the node"},
                  {.name = "Roles", .description = "The roles of the node"},
                  AgeColumn(),
                  {.name = "Version", .description = "Kubelet Version reported by the node."}};
  kind.row = NodeRow;
  return kind;
}

}  // namespace mock_kubeapi
