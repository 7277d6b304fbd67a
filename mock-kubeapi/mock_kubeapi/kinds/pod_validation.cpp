#include "mock_kubeapi/kinds/pod_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/kinds/container_validation.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_parts.h"
#include "mock_kubeapi/validation/names.h"
#include "mock_kubeapi/validation/object_meta.h"

namespace mock_kubeapi {
namespace {

using Texts = std::vector<std::string>;

constexpr std::int64_t kInt32Max = std::numeric_limits<std::int32_t>::max();

FieldErrors ValidatePodChoice(const Json& object, std::string_view name, const Texts& values, const std::string& path) {
  const std::string& value = TextOf(object, name);
  if (value.empty()) return {Required(Child(path, name), "")};
  if (std::ranges::find(values, value) != values.end()) return {};
  return {NotSupported(Child(path, name), value, values)};
}

/// The field, where it is not empty, must be a name that `rule` accepts.
FieldErrors ValidateOptionalName(const Json& spec, std::string_view field, Texts (*rule)(std::string_view),
                                 const std::string& path) {
  const std::string& value = TextOf(spec, field);
  if (value.empty()) return {};
  return InvalidForEach(Child(path, field), value, rule(value));
}

FieldErrors ValidateDns(const Json& spec, const std::string& spec_path) {
  const std::string path = Child(spec_path, "dnsConfig");
  const Json* config = FieldOf(spec, "dnsConfig");
  if (TextOf(spec, "dnsPolicy") == "None") {
    if (config == nullptr) return {Required(path, "must provide `dnsConfig` when `dnsPolicy` is None")};
    if (ListOf(*config, "nameservers").empty()) {
      return {
          Required(Child(path, "nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None")};
    }
  }
  FieldErrors errors;
  if (config == nullptr) return errors;
  const Json& servers = ListOf(*config, "nameservers");
  const std::string servers_path = Child(path, "nameservers");
  if (servers.size() > 3) errors.push_back(Invalid(servers_path, servers, "must not have more than 3 nameservers"));
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (servers[i].is_string()) Append(errors, ValidateIp(servers[i].get<std::string>(), Index(servers_path, i)));
  }
  const Json& searches = ListOf(*config, "searches");
  const std::string searches_path = Child(path, "searches");
  if (searches.size() > 32) {
    errors.push_back(Invalid(searches_path, searches, "must not have more than 32 search paths"));
  }
  std::size_t characters = searches.empty() ? 0 : searches.size() - 1;
  for (std::size_t i = 0; i < searches.size(); ++i) {
    if (!searches[i].is_string()) continue;
    std::string search = searches[i].get<std::string>();
    characters += search.size();
    if (search.ends_with('.')) search.pop_back();
    Append(errors, InvalidForEach(Index(searches_path, i), search, validation::IsDns1123Subdomain(search)));
  }
  if (characters > 2048) {
    errors.push_back(Invalid(searches_path, searches,
                             "must not have more than 2048 characters (including spaces) in the search list"));
  }
  const Json& options = ListOf(*config, "options");
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (TextOf(options[i], "name").empty()) {
      errors.push_back(Required(Index(Child(path, "options"), i), "must not be empty"));
    }
  }
  return errors;
}

FieldErrors ValidateHostAliases(const Json& aliases, const std::string& path) {
  FieldErrors errors;
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    const std::string at = Index(path, i);
    Append(errors, ValidateIp(TextOf(aliases[i], "ip"), Child(at, "ip")));
    const Json& names = ListOf(aliases[i], "hostnames");
    for (std::size_t j = 0; j < names.size(); ++j) {
      if (!names[j].is_string()) continue;
      const std::string name = names[j].get<std::string>();
      Append(errors, InvalidForEach(Index(Child(at, "hostnames"), j), name, validation::IsDns1123Subdomain(name)));
    }
  }
  return errors;
}

FieldErrors ValidateNoWindowsOptions(const Json& spec, const std::string& path) {
  FieldErrors errors;
  const auto check = [&](const Json& holder, const std::string& at) {
    const std::string context = Child(at, "securityContext");
    if (FieldAt(holder, "securityContext", "windowsOptions") == nullptr) return;
    errors.push_back(Forbidden(Child(context, "windowsOptions"), "windows options cannot be set for a linux pod"));
  };
  check(spec, path);
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    const Json& containers = ListOf(spec, list);
    for (std::size_t i = 0; i < containers.size(); ++i) check(containers[i], Index(Child(path, list), i));
  }
  return errors;
}

FieldErrors ValidateOs(const Json& spec, const std::string& spec_path) {
  const Json* os = FieldOf(spec, "os");
  if (os == nullptr) return {};
  const std::string path = Child(spec_path, "os");
  const std::string& name = TextOf(*os, "name");
  if (name.empty()) return {Required(Child(path, "name"), "cannot be empty")};
  if (name == "linux") return ValidateNoWindowsOptions(spec, spec_path);
  if (name == "windows") return {};
  return {NotSupported(path, name, {"linux", "windows"})};
}

FieldErrors ValidatePodMetaAndSpec(const Json& pod) {
  const Json& spec = ObjectOf(pod, "spec");
  FieldErrors errors =
      ValidatePodAnnotations(ObjectOf(ObjectOf(pod, "metadata"), "annotations"), spec, "metadata.annotations");
  Append(errors, ValidatePodSpec(spec, "spec"));
  if (TextOf(spec, "serviceAccountName").empty()) {
    const Json& volumes = ListOf(spec, "volumes");
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      const Json& sources = ListOf(ObjectOf(volumes[i], "projected"), "sources");
      for (std::size_t j = 0; j < sources.size(); ++j) {
        if (!IsSet(sources[j], "serviceAccountToken")) continue;
        errors.push_back(Forbidden(fmt::format("spec.volumes[{}].projected.sources[{}].serviceAccountToken", i, j),
                                   "must not be specified when serviceAccountName is not set"));
      }
    }
  }
  Append(errors, ValidateContainersOfPod(ListOf(spec, "containers"), "spec.containers"));
  Append(errors, ValidateContainersOfPod(ListOf(spec, "initContainers"), "spec.initContainers"));
  return errors;
}

// ---- Updates

/// Errors, and whether to stop there.
std::pair<FieldErrors, bool> ValidateContainerUpdates(const Json& containers, const Json& old,
                                                      const std::string& path) {
  if (containers.size() != old.size()) {
    return {{Forbidden(path, "pod updates may not add or remove containers")}, true};
  }
  FieldErrors errors;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    Append(errors, ValidateTextGiven(containers[i], "image", Index(path, i)));
  }
  Append(errors, ValidateContainersOfPod(containers, path));
  return {std::move(errors), false};
}

FieldErrors ValidateOnlyAddedTolerations(const Json& tolerations, const Json& old, const std::string& path) {
  const auto without_seconds = [](Json toleration) {
    if (toleration.is_object()) toleration.erase("tolerationSeconds");
    return toleration;
  };
  for (const Json& kept : old) {
    const bool found = std::ranges::any_of(
        tolerations, [&](const Json& toleration) { return without_seconds(toleration) == without_seconds(kept); });
    if (!found) {
      return {Forbidden(path, "existing toleration can not be modified except its tolerationSeconds")};
    }
  }
  return ValidateTolerations(tolerations, path);
}

/// Copies `field` of `from` into `to`, or removes it there.
void CopyField(const Json& from, Json& to, const char* field) {
  if (const Json* value = FieldOf(from, field)) {
    to[field] = *value;
  } else {
    to.erase(field);
  }
}

/// The new spec with all that may change set back to what it was.
Json WithoutAllowedChanges(const Json& spec, const Json& old) {
  Json munged = spec;
  for (const char* list : {"containers", "initContainers"}) {
    Json* containers = FieldOf(munged, list);
    if (containers == nullptr) continue;
    const Json& old_containers = ListOf(old, list);
    for (std::size_t i = 0; i < containers->size() && i < old_containers.size(); ++i) {
      CopyField(old_containers[i], (*containers)[i], "image");
    }
  }
  for (const char* field : {"activeDeadlineSeconds", "tolerations"}) CopyField(old, munged, field);
  if (IntegerOf(old, "terminationGracePeriodSeconds").value_or(0) < 0 &&
      IntegerOf(munged, "terminationGracePeriodSeconds") == 1) {
    CopyField(old, munged, "terminationGracePeriodSeconds");
  }
  return munged;
}

/// The latest specs in which nothing was wrong: those of a CronJob's Jobs and of their Pods come every day again.
class GoodSpecs {
 public:
  bool Has(const Json& spec) {
    const auto found = std::ranges::find(specs_, spec);
    if (found == specs_.end()) return false;
    std::rotate(specs_.begin(), found, found + 1);
    return true;
  }
  void Add(const Json& spec) {
    if (specs_.size() == kMax) specs_.pop_back();
    specs_.insert(specs_.begin(), spec);
  }

 private:
  /// A thread may serve many clusters in turn, as the simulator's do.
  static constexpr std::size_t kMax = 64;
  std::vector<Json> specs_;  ///< the last used first
};

}  // namespace

FieldErrors ValidateTolerations(const Json& tolerations, const std::string& path) {
  FieldErrors errors;
  for (std::size_t i = 0; i < tolerations.size(); ++i) {
    const Json& toleration = tolerations[i];
    const std::string at = Index(path, i);
    const std::string& key = TextOf(toleration, "key");
    const std::string& op = TextOf(toleration, "operator");
    const std::string& value = TextOf(toleration, "value");
    const std::string& effect = TextOf(toleration, "effect");
    if (!key.empty()) Append(errors, InvalidForEach(Child(at, "key"), key, validation::IsQualifiedName(key)));
    if (key.empty() && op != "Exists") {
      errors.push_back(
          Invalid(Child(at, "operator"), op,
                  "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
    }
    if (IsSet(toleration, "tolerationSeconds") && effect != "NoExecute") {
      errors.push_back(
          Invalid(Child(at, "effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (op.empty() || op == "Equal") {
      const Texts complaints = validation::IsLabelValue(value);
      if (!complaints.empty()) {
        errors.push_back(Invalid(Child(at, "operator"), value, fmt::format("{}", fmt::join(complaints, ";"))));
      }
    } else if (op == "Exists") {
      if (!value.empty()) {
        errors.push_back(Invalid(Child(at, "operator"), value, "value must be empty when `operator` is 'Exists'"));
      }
    } else {
      errors.push_back(NotSupported(Child(at, "operator"), op, {"Equal", "Exists"}));
    }
    if (!effect.empty()) {
      Append(errors, ValidatePodChoice(toleration, "effect", {"NoSchedule", "PreferNoSchedule", "NoExecute"}, at));
    }
  }
  return errors;
}

namespace {

FieldErrors FindPodSpecErrors(const Json& spec, const std::string& path) {
  VolumesVerdict volumes = ValidateVolumes(ListOf(spec, "volumes"), Child(path, "volumes"));
  FieldErrors errors = std::move(volumes.errors);
  Append(errors, ValidateContainers(spec, volumes.volumes, path));
  Append(errors, ValidatePodChoice(spec, "restartPolicy", {"Always", "OnFailure", "Never"}, path));
  Append(errors,
         ValidatePodChoice(spec, "dnsPolicy", {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"}, path));
  Append(errors, validation::ValidateLabels(ObjectOf(spec, "nodeSelector"), Child(path, "nodeSelector")));
  Append(errors, ValidatePodSecurityContext(spec, path));
  Append(errors, ValidateAffinity(spec, path));
  Append(errors, ValidateDns(spec, path));
  const Json& gates = ListOf(spec, "readinessGates");
  for (std::size_t i = 0; i < gates.size(); ++i) {
    const std::string& type = TextOf(gates[i], "conditionType");
    Append(errors, InvalidForEach(Child(Index(Child(path, "readinessGates"), i), "conditionType"), type,
                                  validation::IsQualifiedName(type)));
  }
  Append(errors,
         ValidateTopologySpread(ListOf(spec, "topologySpreadConstraints"), Child(path, "topologySpreadConstraints")));
  Append(errors, ValidateOptionalName(spec, "serviceAccountName", validation::IsDns1123Subdomain, path));
  Append(errors, ValidateOptionalName(spec, "nodeName", validation::IsDns1123Subdomain, path));
  if (const std::optional<std::int64_t> deadline = IntegerOf(spec, "activeDeadlineSeconds")) {
    if (*deadline < 1 || *deadline > kInt32Max) {
      errors.push_back(Invalid(Child(path, "activeDeadlineSeconds"), *deadline, InclusiveRangeText(1, kInt32Max)));
    }
  }
  Append(errors, ValidateOptionalName(spec, "hostname", validation::IsDns1123Label, path));
  Append(errors, ValidateOptionalName(spec, "subdomain", validation::IsDns1123Label, path));
  Append(errors, ValidateTolerations(ListOf(spec, "tolerations"), Child(path, "tolerations")));
  Append(errors, ValidateHostAliases(ListOf(spec, "hostAliases"), Child(path, "hostAliases")));
  Append(errors, ValidateOptionalName(spec, "priorityClassName", validation::IsDns1123Subdomain, path));
  Append(errors, ValidateOptionalName(spec, "runtimeClassName", validation::IsDns1123Subdomain, path));
  if (IsSet(spec, "preemptionPolicy")) {
    Append(errors, ValidatePodChoice(spec, "preemptionPolicy", {"PreemptLowerPriority", "Never"}, path));
  }
  Append(errors, ValidateResources(Json{{"limits", ObjectOf(spec, "overhead")}}, Child(path, "overhead")));
  Append(errors, ValidateOs(spec, path));
  return errors;
}

}  // namespace

FieldErrors ValidatePodSpec(const Json& spec, const std::string& path) {
  // Of each thread: validation is a function of its arguments and takes no lock.
  thread_local GoodSpecs good;
  if (good.Has(spec)) return {};
  FieldErrors errors = FindPodSpecErrors(spec, path);
  if (errors.empty()) good.Add(spec);
  return errors;
}

FieldErrors ValidatePodTemplate(const Json& pod_template, const std::string& path) {
  const Json& metadata = ObjectOf(pod_template, "metadata");
  const Json& spec = ObjectOf(pod_template, "spec");
  // The real server leaves "metadata" out of these paths.
  FieldErrors errors = validation::ValidateLabels(ObjectOf(metadata, "labels"), Child(path, "labels"));
  Append(errors, validation::ValidateAnnotations(ObjectOf(metadata, "annotations"), Child(path, "annotations")));
  Append(errors, ValidatePodAnnotations(ObjectOf(metadata, "annotations"), spec, Child(path, "annotations")));
  Append(errors, ValidatePodSpec(spec, Child(path, "spec")));
  if (!ListOf(spec, "ephemeralContainers").empty()) {
    errors.push_back(Forbidden(Child(Child(path, "spec"), "ephemeralContainers"),
                               "ephemeral containers not allowed in pod template"));
  }
  return errors;
}

FieldErrors ValidatePod(const Json& pod) {
  FieldErrors errors = ValidatePodMetaAndSpec(pod);
  if (!ListOf(ObjectOf(pod, "spec"), "ephemeralContainers").empty()) {
    errors.push_back(Forbidden("spec.ephemeralContainers", "cannot be set on create"));
  }
  return errors;
}

FieldErrors ValidatePodUpdate(const Json& pod, const Json& old) {
  const Json& spec = ObjectOf(pod, "spec");
  const Json& old_spec = ObjectOf(old, "spec");
  FieldErrors errors = ValidatePodMetaAndSpec(pod);
  Append(errors, ValidatePodAnnotationUpdates(pod, old));
  for (const char* list : {"containers", "initContainers"}) {
    auto [found, stop] = ValidateContainerUpdates(ListOf(spec, list), ListOf(old_spec, list), Child("spec", list));
    Append(errors, std::move(found));
    if (stop) return errors;
  }
  const std::string deadline_path = "spec.activeDeadlineSeconds";
  const std::optional<std::int64_t> deadline = IntegerOf(spec, "activeDeadlineSeconds");
  const std::optional<std::int64_t> old_deadline = IntegerOf(old_spec, "activeDeadlineSeconds");
  if (deadline) {
    if (*deadline < 0 || *deadline > kInt32Max) {
      errors.push_back(Invalid(deadline_path, *deadline, InclusiveRangeText(0, kInt32Max)));
      return errors;
    }
    if (old_deadline && *old_deadline < *deadline) {
      errors.push_back(Invalid(deadline_path, *deadline, "must be less than or equal to previous value"));
      return errors;
    }
  } else if (old_deadline) {
    errors.push_back(Invalid(deadline_path, nullptr, "must not update from a positive integer to nil value"));
  }
  Append(errors, ValidateOnlyAddedTolerations(ListOf(spec, "tolerations"), ListOf(old_spec, "tolerations"),
                                              "spec.tolerations"));
  if (spec == old_spec) return errors;
  const Json munged = WithoutAllowedChanges(spec, old_spec);
  if (!SemanticallyEqual(&munged, &old_spec)) {
    errors.push_back(Forbidden(
        "spec",
        "pod updates may not change fields other than "
        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
        "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
        "was previously negative)\n" +
            PodSpecDiff(old_spec, munged)));
  }
  return errors;
}

}  // namespace mock_kubeapi
