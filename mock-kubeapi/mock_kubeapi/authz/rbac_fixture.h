// For tests: a store to which roles and bindings are added in one line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// Writes RBAC objects into a store. An empty namespace means the cluster's kinds.
class RbacWorld {
 public:
  void AddRole(const std::string& namespace_name, const std::string& name, const std::vector<Json>& rules) {
    Put(namespace_name.empty() ? "ClusterRole" : "Role", namespace_name, name, {{"rules", rules}});
  }
  void Bind(const std::string& namespace_name, const std::string& name, const Json& role,
            const std::vector<Json>& subjects) {
    Put(namespace_name.empty() ? "ClusterRoleBinding" : "RoleBinding", namespace_name, name,
        {{"roleRef", role}, {"subjects", subjects}});
  }
  void Remove(const std::string& resource, const std::string& namespace_name, const std::string& name) {
    const std::string qualified = resource + ".rbac.authorization.k8s.io";
    store_.Remove({.resource = qualified, .namespace_name = namespace_name, .name = name});
  }
  const Store& store() const { return store_; }

  static Json ToRole(const std::string& name) { return {{"kind", "Role"}, {"name", name}}; }
  static Json ToClusterRole(const std::string& name) { return {{"kind", "ClusterRole"}, {"name", name}}; }
  static Json User(const std::string& name) { return {{"kind", "User"}, {"name", name}}; }
  static Json Group(const std::string& name) { return {{"kind", "Group"}, {"name", name}}; }
  static Json Account(const std::string& name, const std::string& namespace_name) {
    return {{"kind", "ServiceAccount"}, {"name", name}, {"namespace", namespace_name}};
  }
  static Json Rule(const Json& verbs, const Json& groups, const Json& resources) {
    return {{"verbs", verbs}, {"apiGroups", groups}, {"resources", resources}};
  }

 private:
  void Put(std::string_view kind, const std::string& namespace_name, const std::string& name, Json object) {
    object["apiVersion"] = "rbac.authorization.k8s.io/v1";
    object["kind"] = kind;
    object["metadata"] = {{"name", name}};
    if (!namespace_name.empty()) object["metadata"]["namespace"] = namespace_name;
    std::string resource;
    for (const char c : kind) resource += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    resource += "s.rbac.authorization.k8s.io";
    store_.Put({.resource = resource, .namespace_name = namespace_name, .name = name}, std::move(object));
  }

  Store store_;
};

}  // namespace mock_kubeapi
