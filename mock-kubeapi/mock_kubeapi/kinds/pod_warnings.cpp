// Source: pkg/api/pod/warnings.go (release 1.26).
#include <fmt/format.h>

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_validation.h"
#include "mock_kubeapi/kinds/quantity.h"

namespace mock_kubeapi {
namespace {

using Texts = std::vector<std::string>;

struct Note {
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Note, 6> kNodeLabels = {
    {{"beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"},
     {"beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"},
     {"failure-domain.beta.kubernetes.io/region",
      "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead"},
     {"failure-domain.beta.kubernetes.io/zone", "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"},
     {"beta.kubernetes.io/instance-type", "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"},
     {"topology.gke.io/zone", "deprecated; use \"topology.kubernetes.io/zone\" instead"}}};

constexpr std::array<Note, 7> kVolumes = {{{"photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"},
                                           {"gitRepo", "deprecated in v1.11"},
                                           {"scaleIO", "deprecated in v1.16, non-functional in v1.22+"},
                                           {"flocker", "deprecated in v1.22, non-functional in v1.25+"},
                                           {"storageos", "deprecated in v1.22, non-functional in v1.25+"},
                                           {"quobyte", "deprecated in v1.22, non-functional in v1.25+"},
                                           {"glusterfs", "deprecated in v1.25, non-functional in v1.26+"}}};

constexpr std::array<Note, 3> kAnnotations = {
    {{"scheduler.alpha.kubernetes.io/critical-pod",
      "non-functional in v1.16+; use the \"priorityClassName\" field instead"},
     {"security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"},
     {"security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"}}};

/// Amounts of bytes that are no whole number; the resources are looked at in the real server's order.
void WarnOfFraction(const Json& amounts, const char* resource, const std::string& path, Texts& out) {
  const Json* amount = FieldOf(amounts, resource);
  if (amount == nullptr || Quantity::Of(*amount).IsWhole()) return;
  const std::string text = amount->is_string() ? amount->get<std::string>() : amount->dump();
  out.push_back(
      fmt::format("{}[{}]: fractional byte value {} is invalid, must be an integer", path, resource, GoQuote(text)));
}

/// Items that should not have the same text in `field`.
void WarnOfRepeats(const Json& list, std::string_view field, const std::string& path, Texts& out) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string& value = TextOf(list[i], field);
    if (seen.insert(value).second) continue;
    out.push_back(fmt::format("{}: duplicate {} {}", Child(Index(path, i), field), field, GoQuote(value)));
  }
}

void WarnOfContainer(const Json& container, const std::string& path, Texts& out) {
  for (const char* resource : {"memory", "ephemeral-storage"}) {
    for (const char* list : {"limits", "requests"}) {
      WarnOfFraction(ObjectOf(ObjectOf(container, "resources"), list), resource, path + ".resources." + list, out);
    }
  }
  WarnOfRepeats(ListOf(container, "env"), "name", Child(path, "env"), out);
}

}  // namespace

std::vector<std::string> PodWarnings(const Json& spec, const std::string& spec_path, const Json& metadata,
                                     const std::string& metadata_path) {
  Texts out;
  for (const auto& item : ObjectOf(spec, "nodeSelector").items()) {
    for (const Note& note : kNodeLabels) {
      if (item.key() == note.name)
        out.push_back(fmt::format("{}.nodeSelector[{}]: {}", spec_path, note.name, note.text));
    }
  }
  for (const auto& item : ObjectOf(metadata, "annotations").items()) {
    for (const Note& note : kAnnotations) {
      if (item.key() != note.name) continue;
      out.push_back(fmt::format("{}.annotations[{}]: {}", metadata_path, note.name, note.text));
    }
  }
  const Json& volumes = ListOf(spec, "volumes");
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    for (const Note& note : kVolumes) {
      if (!IsSet(volumes[i], note.name)) continue;
      // The real server writes this one as its Go field.
      const std::string_view shown = note.name == "storageos" ? "storageOS" : note.name;
      out.push_back(fmt::format("{}.volumes[{}].{}: {}", spec_path, i, shown, note.text));
    }
  }
  WarnOfRepeats(ListOf(spec, "hostAliases"), "ip", Child(spec_path, "hostAliases"), out);
  const Json& pull_secrets = ListOf(spec, "imagePullSecrets");
  const std::string secrets_path = Child(spec_path, "imagePullSecrets");
  WarnOfRepeats(pull_secrets, "name", secrets_path, out);
  for (std::size_t i = 0; i < pull_secrets.size(); ++i) {
    if (!TextOf(pull_secrets[i], "name").empty()) continue;
    out.push_back(fmt::format("{}.name: invalid empty name \"\"", Index(secrets_path, i)));
  }
  for (const char* resource : {"memory", "ephemeral-storage"}) {
    WarnOfFraction(ObjectOf(spec, "overhead"), resource, Child(spec_path, "overhead"), out);
  }
  for (const char* list : {"initContainers", "containers"}) {
    const Json& containers = ListOf(spec, list);
    for (std::size_t i = 0; i < containers.size(); ++i) {
      WarnOfContainer(containers[i], Index(Child(spec_path, list), i), out);
    }
  }
  if (IntegerOf(spec, "terminationGracePeriodSeconds").value_or(0) < 0) {
    out.push_back(
        fmt::format("{}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be "
                    "treated as 1",
                    spec_path));
  }
  return out;
}

}  // namespace mock_kubeapi
