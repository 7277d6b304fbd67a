#include "mock_kubeapi/kinds/pod_defaults.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr int kFileMode = 0644;

/// Calls `visit` with each object of the list `object.name`.
template <class Visit>
void ForEach(Json& object, std::string_view name, Visit visit) {
  Json* list = FieldOf(object, name);
  if (list == nullptr || !list->is_array()) return;
  for (Json& item : *list) {
    if (item.is_object()) visit(item);
  }
}

template <class Visit>
void IfSet(Json& object, std::string_view name, Visit visit) {
  Json* value = FieldOf(object, name);
  if (value != nullptr && value->is_object()) visit(*value);
}

void SetDefaultNumber(Json& object, std::string_view name, int value) {
  if (IntegerOf(object, name).value_or(0) == 0) object[std::string(name)] = value;
}

void SetHttpGetDefaults(Json& handler) {
  IfSet(handler, "httpGet", [](Json& get) {
    SetDefaultText(get, "path", "/");
    SetDefaultText(get, "scheme", "HTTP");
  });
}

void SetProbeDefaults(Json& probe) {
  SetDefaultNumber(probe, "timeoutSeconds", 1);
  SetDefaultNumber(probe, "periodSeconds", 10);
  SetDefaultNumber(probe, "successThreshold", 1);
  SetDefaultNumber(probe, "failureThreshold", 3);
  SetHttpGetDefaults(probe);
  IfSet(probe, "grpc", [](Json& grpc) { SetDefault(grpc, "service", ""); });
}

void SetFieldRefDefaults(Json& owner) {
  IfSet(owner, "fieldRef", [](Json& ref) { SetDefaultText(ref, "apiVersion", "v1"); });
}

void SetContainerDefaults(Json& container) {
  SetDefaultText(container, "imagePullPolicy", IsLatestImage(TextOf(container, "image")) ? "Always" : "IfNotPresent");
  SetDefaultText(container, "terminationMessagePath", "/dev/termination-log");
  SetDefaultText(container, "terminationMessagePolicy", "File");
  ForEach(container, "ports", [](Json& port) { SetDefaultText(port, "protocol", "TCP"); });
  ForEach(container, "env", [](Json& variable) { IfSet(variable, "valueFrom", SetFieldRefDefaults); });
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    IfSet(container, probe, SetProbeDefaults);
  }
  IfSet(container, "lifecycle", [](Json& lifecycle) {
    IfSet(lifecycle, "postStart", SetHttpGetDefaults);
    IfSet(lifecycle, "preStop", SetHttpGetDefaults);
  });
}

void SetProjectionDefaults(Json& projected) {
  SetDefault(projected, "defaultMode", kFileMode);
  ForEach(projected, "sources", [](Json& source) {
    IfSet(source, "downwardAPI", [](Json& downward) { ForEach(downward, "items", SetFieldRefDefaults); });
    IfSet(source, "serviceAccountToken", [](Json& token) { SetDefault(token, "expirationSeconds", 3600); });
  });
}

void SetNetworkDiskDefaults(Json& volume) {
  IfSet(volume, "iscsi", [](Json& iscsi) { SetDefaultText(iscsi, "iscsiInterface", "default"); });
  IfSet(volume, "rbd", [](Json& rbd) {
    SetDefaultText(rbd, "pool", "rbd");
    SetDefaultText(rbd, "user", "admin");
    SetDefaultText(rbd, "keyring", "/etc/ceph/keyring");
  });
  IfSet(volume, "azureDisk", [](Json& disk) {
    SetDefault(disk, "cachingMode", "ReadWrite");
    SetDefault(disk, "kind", "Shared");
    SetDefault(disk, "fsType", "ext4");
    SetDefault(disk, "readOnly", false);
  });
  IfSet(volume, "scaleIO", [](Json& scale_io) {
    SetDefaultText(scale_io, "storageMode", "ThinProvisioned");
    SetDefaultText(scale_io, "fsType", "xfs");
  });
  IfSet(volume, "ephemeral", [](Json& ephemeral) {
    IfSet(ephemeral, "volumeClaimTemplate",
          [](Json& claim) { IfSet(claim, "spec", [](Json& spec) { SetDefault(spec, "volumeMode", "Filesystem"); }); });
  });
}

void SetVolumeDefaults(Json& volume) {
  const bool has_source = std::ranges::any_of(
      volume.items(), [](const auto& item) { return item.key() != "name" && !item.value().is_null(); });
  if (!has_source) volume["emptyDir"] = Json::object();
  for (const char* source : {"secret", "configMap", "downwardAPI"}) {
    IfSet(volume, source, [](Json& files) { SetDefault(files, "defaultMode", kFileMode); });
  }
  IfSet(volume, "downwardAPI", [](Json& downward) { ForEach(downward, "items", SetFieldRefDefaults); });
  IfSet(volume, "projected", SetProjectionDefaults);
  IfSet(volume, "hostPath", [](Json& host_path) { SetDefault(host_path, "type", ""); });
  SetNetworkDiskDefaults(volume);
}

void SetHostPorts(Json& container) {
  ForEach(container, "ports", [](Json& port) {
    if (IntegerOf(port, "hostPort").value_or(0) == 0) port["hostPort"] = IntegerOf(port, "containerPort").value_or(0);
  });
}

void SetRequestsFromLimits(Json& container) {
  const Json* limits = FieldAt(container, "resources", "limits");
  if (limits == nullptr || !limits->is_object()) return;
  const Json given = *limits;
  Json& requests = container["resources"]["requests"];
  if (!requests.is_object()) requests = Json::object();
  for (const auto& [name, amount] : given.items()) SetDefault(requests, name, amount);
}

/// podIP is the first of podIPs. Where they differ podIP counts, for writers that know of no other.
void SyncPodIps(Json& status) {
  const std::string first = TextOf(status, "podIP");
  const Json& ips = ListOf(status, "podIPs");
  if (first.empty()) {
    if (!ips.empty() && !TextOf(ips.front(), "ip").empty()) status["podIP"] = TextOf(ips.front(), "ip");
  } else if (ips.empty() || TextOf(ips.front(), "ip") != first) {
    status["podIPs"] = Json::array({{{"ip", first}}});
  }
}

bool IsLowerAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// One part of a repository's path: lower-case words joined by ".", "_", "__" or any number of "-".
bool IsPathComponent(std::string_view text) {
  if (text.empty() || !IsLowerAlnum(text.front()) || !IsLowerAlnum(text.back())) return false;
  std::size_t at = 0;
  while (at < text.size()) {
    if (IsLowerAlnum(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && text[at] == text[begin]) ++at;
    const std::size_t length = at - begin;
    const char separator = text[begin];
    const bool joins = separator == '-' || (separator == '.' && length == 1) || (separator == '_' && length <= 2);
    if (!joins || at >= text.size() || !IsLowerAlnum(text[at])) return false;
  }
  return true;
}

bool IsTag(std::string_view text) {
  const auto is_word = [](char c) { return IsLowerAlnum(c) || (c >= 'A' && c <= 'Z') || c == '_'; };
  constexpr std::size_t kTagCharactersMax = 128;
  return !text.empty() && text.size() <= kTagCharactersMax && is_word(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_word(c) || c == '.' || c == '-'; });
}

}  // namespace

bool IsLatestImage(std::string_view image) {
  const std::size_t digest = image.find('@');
  std::string_view name = image.substr(0, digest);
  std::string_view tag;
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.rfind(':');
  const bool has_tag = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  if (has_tag) {
    tag = name.substr(colon + 1);
    name = name.substr(0, colon);
    if (!IsTag(tag)) return false;
  }
  // The first part is a registry's host when it looks like one; the rest must be lower case.
  const std::size_t first_slash = name.find('/');
  if (first_slash != std::string_view::npos) {
    const std::string_view host = name.substr(0, first_slash);
    if (host.find_first_of(".:") != std::string_view::npos || host == "localhost") name.remove_prefix(first_slash + 1);
  }
  while (true) {
    const std::size_t end = name.find('/');
    if (!IsPathComponent(name.substr(0, end))) return false;
    if (end == std::string_view::npos) break;
    name.remove_prefix(end + 1);
  }
  if (!has_tag) return digest == std::string_view::npos;
  return tag == "latest";
}

void SetPodSpecDefaults(Json& spec) {
  if (!spec.is_object()) return;
  SetDefaultText(spec, "dnsPolicy", "ClusterFirst");
  SetDefaultText(spec, "restartPolicy", "Always");
  SetDefault(spec, "securityContext", Json::object());
  SetDefault(spec, "terminationGracePeriodSeconds", 30);
  SetDefaultText(spec, "schedulerName", "default-scheduler");
  // serviceAccount is the old name of serviceAccountName: whichever is given stands for both.
  if (TextOf(spec, "serviceAccountName").empty() && !TextOf(spec, "serviceAccount").empty()) {
    spec["serviceAccountName"] = TextOf(spec, "serviceAccount");
  }
  if (!TextOf(spec, "serviceAccountName").empty()) spec["serviceAccount"] = TextOf(spec, "serviceAccountName");

  ForEach(spec, "volumes", SetVolumeDefaults);
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    ForEach(spec, list, SetContainerDefaults);
  }
  if (IsTrue(spec, "hostNetwork")) {
    ForEach(spec, "containers", SetHostPorts);
    ForEach(spec, "initContainers", SetHostPorts);
  }
}

void SetPodDefaults(Json& pod) {
  Json& spec = pod["spec"];
  if (!spec.is_object()) spec = Json::object();
  ForEach(spec, "containers", SetRequestsFromLimits);
  ForEach(spec, "initContainers", SetRequestsFromLimits);
  SetDefault(spec, "enableServiceLinks", true);
  SetPodSpecDefaults(spec);
  IfSet(pod, "status", SyncPodIps);
}

void SetPodTemplateDefaults(Json& owner) {
  Json& pod_template = owner["template"];
  if (!pod_template.is_object()) pod_template = Json::object();
  Json& spec = pod_template["spec"];
  if (!spec.is_object()) spec = Json::object();
  SetPodSpecDefaults(spec);
}

}  // namespace mock_kubeapi
