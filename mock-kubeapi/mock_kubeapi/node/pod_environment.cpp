#include "mock_kubeapi/node/pod_environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/node/downward.h"
#include "mock_kubeapi/node/expansion.h"
#include "mock_kubeapi/node/referred_objects.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

using Failure = std::unexpected<std::string>;

/// Collects variables; a later value of the same name replaces the earlier one in its place.
class Variables {
 public:
  void Set(const std::string& name, std::string value) {
    const auto known = std::ranges::find(list_, name, &Environment::value_type::first);
    if (known != list_.end()) {
      known->second = std::move(value);
    } else {
      list_.emplace_back(name, std::move(value));
    }
  }
  std::optional<std::string> Get(std::string_view name) const {
    const auto known = std::ranges::find(list_, name, &Environment::value_type::first);
    if (known == list_.end()) return std::nullopt;
    return known->second;
  }
  Environment Take() { return std::move(list_); }

 private:
  Environment list_;
};

/// Variables that tell where the API server is, as every container has them.
void AddServiceVariables(const NodeFacts& node, bool links, Variables& out) {
  out.Set("KUBERNETES_SERVICE_HOST", node.api_host);
  out.Set("KUBERNETES_SERVICE_PORT", node.api_port);
  out.Set("KUBERNETES_SERVICE_PORT_HTTPS", node.api_port);
  if (!links) return;
  const std::string address = fmt::format("tcp://{}:{}", node.api_host, node.api_port);
  const std::string prefix = fmt::format("KUBERNETES_PORT_{}_TCP", node.api_port);
  out.Set("KUBERNETES_PORT", address);
  out.Set(prefix, address);
  out.Set(prefix + "_PROTO", "tcp");
  out.Set(prefix + "_PORT", node.api_port);
  out.Set(prefix + "_ADDR", node.api_host);
}

std::expected<void, std::string> AddFrom(const PodInputs& inputs, const Json& source, Variables& out) {
  const bool is_secret = IsSet(source, "secretRef");
  const SourceKind kind = is_secret ? SourceKind::kSecret : SourceKind::kConfigMap;
  const Json& ref = ObjectOf(source, is_secret ? "secretRef" : "configMapRef");
  const std::string& name = TextOf(ref, "name");
  const JsonPtr object = LoadReferred(inputs, kind, name);
  if (object == nullptr) {
    if (IsTrue(ref, "optional")) return {};
    return Failure(NotFoundText(kind, name));
  }
  for (const auto& [key, value] : ValuesOf(kind, *object)) {
    const std::string variable = TextOf(source, "prefix") + key;
    // Keys that make no name of a variable are left out, as the kubelet does.
    if (validation::IsEnvVarName(variable).empty()) out.Set(variable, value);
  }
  return {};
}

std::expected<std::optional<std::string>, std::string> KeyValue(const PodInputs& inputs, SourceKind kind,
                                                                const Json& ref) {
  const std::string& name = TextOf(ref, "name");
  const std::string& key = TextOf(ref, "key");
  const bool optional = IsTrue(ref, "optional");
  const JsonPtr object = LoadReferred(inputs, kind, name);
  if (object == nullptr) {
    if (optional) return std::nullopt;
    return Failure(NotFoundText(kind, name));
  }
  const ReferredValues values = ValuesOf(kind, *object);
  if (const auto value = values.find(key); value != values.end()) return value->second;
  if (optional) return std::nullopt;
  return Failure(fmt::format("couldn't find key {} in {} {}/{}", key,
                             kind == SourceKind::kSecret ? "Secret" : "ConfigMap",
                             TextOf(ObjectOf(inputs.pod, "metadata"), "namespace"), name));
}

/// The value that valueFrom gives; nullopt: the variable is left out.
std::expected<std::optional<std::string>, std::string> ValueFrom(const PodInputs& inputs, const Json& container,
                                                                 const Json& from) {
  if (const Json* ref = FieldOf(from, "fieldRef")) {
    const std::string& path = TextOf(*ref, "fieldPath");
    auto value = DownwardField(inputs.pod, inputs.node, path);
    if (!value) return Failure(fmt::format("unsupported fieldPath: {}", path));
    return value;
  }
  if (const Json* ref = FieldOf(from, "resourceFieldRef")) {
    const std::string& named = TextOf(*ref, "containerName");
    const Json* other = named.empty() ? &container : FindContainer(inputs.pod, named);
    if (other == nullptr) return Failure(fmt::format("container {} not found", named));
    return DownwardResource(*other, TextOf(*ref, "resource"), FieldOf(*ref, "divisor"));
  }
  if (const Json* ref = FieldOf(from, "secretKeyRef")) return KeyValue(inputs, SourceKind::kSecret, *ref);
  return KeyValue(inputs, SourceKind::kConfigMap, ObjectOf(from, "configMapKeyRef"));
}

}  // namespace

std::expected<Environment, std::string> MakeEnvironment(const PodInputs& inputs, const Json& container) {
  Variables variables;
  const Json* links = FieldOf(ObjectOf(inputs.pod, "spec"), "enableServiceLinks");
  AddServiceVariables(inputs.node, links == nullptr || *links != false, variables);
  for (const Json& source : ListOf(container, "envFrom")) {
    if (auto added = AddFrom(inputs, source, variables); !added) return Failure(added.error());
  }
  const auto lookup = [&](std::string_view name) { return variables.Get(name); };
  for (const Json& variable : ListOf(container, "env")) {
    const std::string& name = TextOf(variable, "name");
    const Json* from = FieldOf(variable, "valueFrom");
    if (from == nullptr) {
      variables.Set(name, ExpandVariables(TextOf(variable, "value"), lookup));
      continue;
    }
    auto value = ValueFrom(inputs, container, *from);
    if (!value) return Failure(value.error());
    if (*value) variables.Set(name, **std::move(value));
  }
  return variables.Take();
}

}  // namespace mock_kubeapi
