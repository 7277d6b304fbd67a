#include "mock_kubeapi/authz/builtin_roles.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "mock_kubeapi/authz/policy_rule.h"

namespace mock_kubeapi {
namespace {

using Texts = std::vector<std::string>;
using Rules = std::vector<PolicyRule>;

constexpr const char* kAggregateToAdmin = "rbac.authorization.k8s.io/aggregate-to-admin";
constexpr const char* kAggregateToEdit = "rbac.authorization.k8s.io/aggregate-to-edit";
constexpr const char* kAggregateToView = "rbac.authorization.k8s.io/aggregate-to-view";

const Texts kRead = {"get", "list", "watch"};
const Texts kWrite = {"create", "delete", "deletecollection", "patch", "update"};
const Texts kReadWrite = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
const Texts kCreate = {"create"};

PolicyRule Resources(const Texts& verbs, Texts groups, Texts resources) {
  return {.verbs = verbs, .api_groups = std::move(groups), .resources = std::move(resources)};
}

PolicyRule Named(Texts verbs, std::string group, std::string resource, std::string name) {
  return {.verbs = std::move(verbs),
          .api_groups = {std::move(group)},
          .resources = {std::move(resource)},
          .resource_names = {std::move(name)}};
}

PolicyRule Urls(Texts urls) {
  return {.verbs = {"get"}, .non_resource_urls = std::move(urls)};
}

Json Metadata(const std::string& name, const char* label) {
  Json metadata = {{"name", name},
                   {"labels", {{"kubernetes.io/bootstrapping", "rbac-defaults"}}},
                   {"annotations", {{"rbac.authorization.kubernetes.io/autoupdate", "true"}}}};
  if (label != nullptr) metadata["labels"][label] = "true";
  return metadata;
}

Json ClusterRole(const std::string& name, const Rules& rules, const char* label = nullptr) {
  Json list = Json::array();
  for (const PolicyRule& rule : rules) list.push_back(RuleToJson(rule));
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "ClusterRole"},
          {"metadata", Metadata(name, label)},
          {"rules", std::move(list)}};
}

/// Its rules are added up when all roles are there.
Json AggregatedRole(const std::string& name, const char* selected, const char* label) {
  Json role = ClusterRole(name, {}, label);
  role["aggregationRule"]["clusterRoleSelectors"] = Json::array({{{"matchLabels", {{selected, "true"}}}}});
  return role;
}

Rules ViewRules() {
  return {
      Resources(
          kRead, {""},
          {"configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods",
           "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services", "services/status"}),
      Resources(kRead, {""},
                {"bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status",
                 "replicationcontrollers/status", "resourcequotas", "resourcequotas/status"}),
      Resources(kRead, {""}, {"namespaces"}),
      Resources(kRead, {"discovery.k8s.io"}, {"endpointslices"}),
      Resources(kRead, {"apps"},
                {"controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
                 "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
                 "statefulsets/scale", "statefulsets/status"}),
      Resources(kRead, {"autoscaling"}, {"horizontalpodautoscalers", "horizontalpodautoscalers/status"}),
      Resources(kRead, {"batch"}, {"cronjobs", "cronjobs/status", "jobs", "jobs/status"}),
      Resources(kRead, {"extensions"},
                {"daemonsets", "daemonsets/status", "deployments", "deployments/scale", "deployments/status",
                 "ingresses", "ingresses/status", "networkpolicies", "replicasets", "replicasets/scale",
                 "replicasets/status", "replicationcontrollers/scale"}),
      Resources(kRead, {"policy"}, {"poddisruptionbudgets", "poddisruptionbudgets/status"}),
      Resources(kRead, {"networking.k8s.io"}, {"ingresses", "ingresses/status", "networkpolicies"}),
  };
}

Rules EditRules() {
  return {
      Resources(kRead, {""},
                {"pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"}),
      Resources({"impersonate"}, {""}, {"serviceaccounts"}),
      Resources(kWrite, {""}, {"pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"}),
      Resources(kCreate, {""}, {"pods/eviction"}),
      Resources(kWrite, {""},
                {"configmaps", "events", "persistentvolumeclaims", "replicationcontrollers",
                 "replicationcontrollers/scale", "secrets", "serviceaccounts", "services", "services/proxy"}),
      Resources(kCreate, {""}, {"serviceaccounts/token"}),
      Resources(kWrite, {"apps"},
                {"daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets",
                 "replicasets/scale", "statefulsets", "statefulsets/scale"}),
      Resources(kWrite, {"autoscaling"}, {"horizontalpodautoscalers"}),
      Resources(kWrite, {"batch"}, {"cronjobs", "jobs"}),
      Resources(kWrite, {"extensions"},
                {"daemonsets", "deployments", "deployments/rollback", "deployments/scale", "ingresses",
                 "networkpolicies", "replicasets", "replicasets/scale", "replicationcontrollers/scale"}),
      Resources(kWrite, {"policy"}, {"poddisruptionbudgets"}),
      Resources(kWrite, {"networking.k8s.io"}, {"ingresses", "networkpolicies"}),
      Resources(kReadWrite, {"coordination.k8s.io"}, {"leases"}),
  };
}

Rules AdminRules() {
  return {Resources(kCreate, {"authorization.k8s.io"}, {"localsubjectaccessreviews"}),
          Resources(kReadWrite, {"rbac.authorization.k8s.io"}, {"rolebindings", "roles"})};
}

Rules ControllerManagerRules() {
  return {
      Resources({"create", "patch", "update"}, {"", "events.k8s.io"}, {"events"}),
      Resources(kCreate, {"coordination.k8s.io"}, {"leases"}),
      Named({"get", "update"}, "coordination.k8s.io", "leases", "kube-controller-manager"),
      Resources(kCreate, {""}, {"secrets", "serviceaccounts"}),
      Resources({"delete"}, {""}, {"secrets"}),
      Resources({"get"}, {""}, {"configmaps", "namespaces", "secrets", "serviceaccounts"}),
      Resources({"update"}, {""}, {"secrets", "serviceaccounts"}),
      Resources(kCreate, {"authentication.k8s.io"}, {"tokenreviews"}),
      Resources(kCreate, {"authorization.k8s.io"}, {"subjectaccessreviews"}),
      Resources({"list", "watch"}, {"*"}, {"*"}),
      Resources(kCreate, {""}, {"serviceaccounts/token"}),
  };
}

struct Subject {
  const char* kind;
  std::string_view name;
};

Json Binding(const std::string& role, std::initializer_list<Subject> subjects) {
  Json list = Json::array();
  for (const Subject& subject : subjects) {
    list.push_back({{"kind", subject.kind}, {"apiGroup", kRbacGroup}, {"name", subject.name}});
  }
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "ClusterRoleBinding"},
          {"metadata", Metadata(role, nullptr)},
          {"roleRef", {{"apiGroup", kRbacGroup}, {"kind", "ClusterRole"}, {"name", role}}},
          {"subjects", std::move(list)}};
}

/// Whether `labels` satisfy a LabelSelector object.
bool Selects(const Json& selector, const Json& labels) {
  const auto value_of = [&labels](const std::string& key) {
    const auto found = labels.find(key);
    return found == labels.end() ? Json() : *found;
  };
  const Json exact = selector.value("matchLabels", Json::object());
  for (const auto& [key, value] : exact.items()) {
    if (value_of(key) != value) return false;
  }
  const Json expressions = selector.value("matchExpressions", Json::array());
  return std::ranges::all_of(expressions, [&value_of](const Json& expression) {
    const Json value = value_of(expression.value("key", ""));
    const std::string operation = expression.value("operator", "");
    const Json values = expression.value("values", Json::array());
    const bool listed = std::ranges::find(values, value) != values.end();
    if (operation == "In") return listed;
    if (operation == "NotIn") return !listed;
    return (operation == "Exists") != value.is_null();
  });
}

}  // namespace

std::vector<Json> BuiltinClusterRoles() {
  std::vector<Json> roles = {
      ClusterRole("cluster-admin", {Resources({"*"}, {"*"}, {"*"}), {.verbs = {"*"}, .non_resource_urls = {"*"}}}),
      ClusterRole("system:discovery", {Urls({"/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi",
                                             "/openapi/*", "/readyz", "/version", "/version/"})}),
      ClusterRole("system:monitoring", {Urls({"/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics",
                                              "/metrics/slis", "/readyz", "/readyz/*"})}),
      ClusterRole("system:public-info-viewer", {Urls({"/healthz", "/livez", "/readyz", "/version", "/version/"})}),
      ClusterRole("system:service-account-issuer-discovery",
                  {Urls({"/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks",
                         "/openid/v1/jwks/"})}),
      ClusterRole("system:basic-user", {Resources(kCreate, {"authorization.k8s.io"},
                                                  {"selfsubjectaccessreviews", "selfsubjectrulesreviews"}),
                                        Resources(kCreate, {"authentication.k8s.io"}, {"selfsubjectreviews"})}),
      ClusterRole("system:auth-delegator", {Resources(kCreate, {"authentication.k8s.io"}, {"tokenreviews"}),
                                            Resources(kCreate, {"authorization.k8s.io"}, {"subjectaccessreviews"})}),
      ClusterRole("system:kube-controller-manager", ControllerManagerRules()),
      ClusterRole("system:aggregate-to-admin", AdminRules(), kAggregateToAdmin),
      ClusterRole("system:aggregate-to-edit", EditRules(), kAggregateToEdit),
      ClusterRole("system:aggregate-to-view", ViewRules(), kAggregateToView),
      AggregatedRole("view", kAggregateToView, kAggregateToEdit),
      AggregatedRole("edit", kAggregateToEdit, kAggregateToAdmin),
      AggregatedRole("admin", kAggregateToAdmin, nullptr),
  };
  std::ranges::sort(roles, {}, [](const Json& role) { return role["metadata"]["name"].get<std::string>(); });
  // view, edit and admin build upon each other, so three rounds settle all of them.
  for (int round = 0; round < 3; ++round) {
    std::vector<const Json*> all;
    all.reserve(roles.size());
    for (const Json& role : roles) all.push_back(&role);
    for (Json& role : roles) {
      if (role.contains("aggregationRule")) role["rules"] = AggregatedRules(role, all);
    }
  }
  return roles;
}

std::vector<Json> BuiltinClusterRoleBindings() {
  return {
      Binding("cluster-admin", {{"Group", kMastersGroup}}),
      Binding("system:basic-user", {{"Group", kAuthenticatedGroup}}),
      Binding("system:discovery", {{"Group", kAuthenticatedGroup}}),
      Binding("system:kube-controller-manager", {{"User", "system:kube-controller-manager"}}),
      Binding("system:monitoring", {{"Group", "system:monitoring"}}),
      Binding("system:public-info-viewer", {{"Group", kAuthenticatedGroup}, {"Group", kUnauthenticatedGroup}}),
      Binding("system:service-account-issuer-discovery", {{"Group", kServiceAccountsGroup}}),
  };
}

Json AggregatedRules(const Json& aggregated, const std::vector<const Json*>& cluster_roles) {
  Json rules = Json::array();
  const std::string name = aggregated.at("metadata").value("name", std::string());
  const Json selectors = aggregated.at("aggregationRule").value("clusterRoleSelectors", Json::array());
  for (const Json& selector : selectors) {
    for (const Json* role : cluster_roles) {
      const Json& metadata = role->at("metadata");
      if (metadata.value("name", std::string()) == name) continue;
      if (!Selects(selector, metadata.value("labels", Json::object()))) continue;
      const auto found = role->find("rules");
      if (found == role->end() || !found->is_array()) continue;
      for (const Json& rule : *found) {
        if (std::ranges::find(rules, rule) == rules.end()) rules.push_back(rule);
      }
    }
  }
  return rules;
}

}  // namespace mock_kubeapi
