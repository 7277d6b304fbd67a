#include "mock_kubeapi/kinds/pod_admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_http/random.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/quantity.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kSuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::string_view kTokenVolumePrefix = "kube-api-access-";
constexpr int kTokenFileMode = 0644;
// A second more than an hour and five: lets the server tell these tokens from those that a Pod asks for itself.
constexpr int kTokenSeconds = 3607;

/// Names in refusals: a generated name does not exist yet when admission looks.
std::string NameInRefusal(const Json& pod) {
  const Json& metadata = ObjectOf(pod, "metadata");
  const std::string& prefix = TextOf(metadata, "generateName");
  return prefix.empty() ? TextOf(metadata, "name") : prefix;
}

std::unexpected<ApiError> Refuse(const Json& pod, std::string_view why) {
  return std::unexpected(ForbiddenError({.group = "", .resource = "pods"}, NameInRefusal(pod), why));
}

Json TokenVolume(const std::string& name) {
  Json token = {{"serviceAccountToken", {{"expirationSeconds", kTokenSeconds}, {"path", "token"}}}};
  Json authority = {
      {"configMap", {{"name", "kube-root-ca.crt"}, {"items", Json::array({{{"key", "ca.crt"}, {"path", "ca.crt"}}})}}}};
  Json own_namespace = {
      {"downwardAPI",
       {{"items", Json::array({{{"path", "namespace"},
                                {"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", "metadata.namespace"}}}}})}}}};
  return {{"name", name},
          {"projected",
           {{"defaultMode", kTokenFileMode},
            {"sources", Json::array({std::move(token), std::move(authority), std::move(own_namespace)})}}}};
}

bool MountsToken(const Json& container) {
  return std::ranges::any_of(ListOf(container, "volumeMounts"),
                             [](const Json& mount) { return TextOf(mount, "mountPath") == kTokenMountPath; });
}

void MountToken(Json& spec, mock_http::Random& random) {
  std::string volume_name;
  for (const Json& volume : ListOf(spec, "volumes")) {
    if (!TextOf(volume, "name").starts_with(kTokenVolumePrefix)) continue;
    volume_name = TextOf(volume, "name");
    break;
  }
  const bool has_volume = !volume_name.empty();
  if (!has_volume) {
    volume_name = std::string(kTokenVolumePrefix) + mock_http::RandomText(random, kSuffixAlphabet, 5);
  }
  bool needs_volume = false;
  for (const char* list : {"initContainers", "containers"}) {
    Json* containers = FieldOf(spec, list);
    if (containers == nullptr) continue;
    for (Json& container : *containers) {
      if (!container.is_object() || MountsToken(container)) continue;
      Json& mounts = container["volumeMounts"];
      if (!mounts.is_array()) mounts = Json::array();
      mounts.push_back({{"name", volume_name}, {"readOnly", true}, {"mountPath", kTokenMountPath}});
      needs_volume = true;
    }
  }
  if (has_volume || !needs_volume) return;
  Json& volumes = spec["volumes"];
  if (!volumes.is_array()) volumes = Json::array();
  volumes.push_back(TokenVolume(volume_name));
}

Result<void> AdmitServiceAccount(Json& pod, const KindContext& context) {
  Json& spec = pod["spec"];
  if (TextOf(spec, "serviceAccountName").empty()) {
    spec["serviceAccountName"] = "default";
    spec["serviceAccount"] = "default";
  }
  const std::string name = TextOf(spec, "serviceAccountName");
  const std::string namespace_name = TextOf(ObjectOf(pod, "metadata"), "namespace");
  const JsonPtr account =
      context.store.Get({.resource = "serviceaccounts", .namespace_name = namespace_name, .name = name});
  if (account == nullptr) {
    return Refuse(pod, fmt::format("error looking up service account {}/{}: serviceaccount \"{}\" not found",
                                   namespace_name, name, name));
  }
  // The Pod's own word counts before the account's.
  const Json* wish = FieldOf(spec, "automountServiceAccountToken");
  if (wish == nullptr) wish = FieldOf(*account, "automountServiceAccountToken");
  if (wish == nullptr || *wish != false) MountToken(spec, context.random);
  if (ListOf(spec, "imagePullSecrets").empty() && !ListOf(*account, "imagePullSecrets").empty()) {
    spec["imagePullSecrets"] = ListOf(*account, "imagePullSecrets");
  }
  return {};
}

Result<void> AdmitPriority(Json& pod) {
  Json& spec = pod["spec"];
  const std::string class_name = TextOf(spec, "priorityClassName");
  std::int64_t priority = 0;
  if (class_name == "system-cluster-critical") {
    priority = 2000000000;
  } else if (class_name == "system-node-critical") {
    priority = 2000001000;
  } else if (!class_name.empty()) {
    return Refuse(pod, fmt::format("no PriorityClass with name {} was found", class_name));
  }
  const std::optional<std::int64_t> given = IntegerOf(spec, "priority");
  if (given && *given != priority) {
    return Refuse(pod, fmt::format("the integer value of priority ({}) must not be provided in pod spec; priority "
                                   "admission controller computed {} from the given PriorityClass name",
                                   *given, priority));
  }
  constexpr std::string_view kPolicy = "PreemptLowerPriority";
  const std::string& policy = TextOf(spec, "preemptionPolicy");
  if (!policy.empty() && policy != kPolicy) {
    return Refuse(pod, fmt::format("the string value of PreemptionPolicy ({}) must not be provided in pod spec; "
                                   "priority admission controller computed {} from the given PriorityClass name",
                                   policy, kPolicy));
  }
  spec["priority"] = priority;
  spec["preemptionPolicy"] = kPolicy;
  return {};
}

/// There are no RuntimeClasses here.
Result<void> AdmitRuntimeClass(const Json& pod) {
  const Json& spec = ObjectOf(pod, "spec");
  if (!IsSet(spec, "runtimeClassName")) return {};
  return Refuse(pod, fmt::format("pod rejected: RuntimeClass \"{}\" not found", TextOf(spec, "runtimeClassName")));
}

void AddDefaultTolerations(Json& spec) {
  for (const char* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    const bool tolerated = std::ranges::any_of(ListOf(spec, "tolerations"), [&](const Json& toleration) {
      const std::string& tolerated_key = TextOf(toleration, "key");
      const std::string& effect = TextOf(toleration, "effect");
      return (tolerated_key == key || tolerated_key.empty()) && (effect == "NoExecute" || effect.empty());
    });
    if (tolerated) continue;
    Json& tolerations = spec["tolerations"];
    if (!tolerations.is_array()) tolerations = Json::array();
    tolerations.push_back({{"key", key}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", 300}});
  }
}

/// The sum of what containers ask for, per resource that decides on quality of service.
using Amounts = std::map<std::string, Quantity>;

/// Adds the amounts above zero and returns how many of the two resources had one.
int AddAmounts(const Json& list, Amounts& sums) {
  int found = 0;
  for (const char* resource : {"cpu", "memory"}) {
    const Json* amount = FieldOf(list, resource);
    if (amount == nullptr) continue;
    const Quantity quantity = Quantity::Of(*amount);
    if (quantity <= Quantity{}) continue;
    ++found;
    sums[resource] = sums[resource] + quantity;
  }
  return found;
}

}  // namespace

Result<void> AdmitPod(Json& pod, const KindContext& context) {
  if (Result<void> admitted = AdmitServiceAccount(pod, context); !admitted) return admitted;
  if (Result<void> admitted = AdmitPriority(pod); !admitted) return admitted;
  AddDefaultTolerations(pod["spec"]);
  return AdmitRuntimeClass(pod);
}

void AdmitPodUpdate(Json& pod, const Json& old) {
  Json& spec = pod["spec"];
  const Json& old_spec = ObjectOf(old, "spec");
  for (const char* field : {"priority", "preemptionPolicy"}) {
    const Json* value = FieldOf(old_spec, field);
    if (value != nullptr) SetDefault(spec, field, *value);
  }
  AddDefaultTolerations(spec);
}

std::string PodQosClass(const Json& spec) {
  Amounts requests;
  Amounts limits;
  bool guaranteed = true;
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& container : ListOf(spec, list)) {
      const Json& resources = ObjectOf(container, "resources");
      AddAmounts(ObjectOf(resources, "requests"), requests);
      if (AddAmounts(ObjectOf(resources, "limits"), limits) != 2) guaranteed = false;
    }
  }
  if (requests.empty() && limits.empty()) return "BestEffort";
  return guaranteed && requests == limits ? "Guaranteed" : "Burstable";
}

}  // namespace mock_kubeapi
