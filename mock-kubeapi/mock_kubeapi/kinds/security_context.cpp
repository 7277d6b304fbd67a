#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/container_validation.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

FieldErrors ValidateId(std::optional<std::int64_t> id, const std::string& path) {
  constexpr std::int64_t kIdMax = std::numeric_limits<std::int32_t>::max();
  if (!id || (*id >= 0 && *id <= kIdMax)) return {};
  return {Invalid(path, *id, InclusiveRangeText(0, kIdMax))};
}

FieldErrors ValidateSeccomp(const Json& context, const std::string& context_path) {
  const Json* profile = FieldOf(context, "seccompProfile");
  if (profile == nullptr) return {};
  const std::string path = Child(context_path, "seccompProfile");
  FieldErrors errors;
  static const std::vector<std::string> types = {"Localhost", "RuntimeDefault", "Unconfined"};
  const std::string& type = TextOf(*profile, "type");
  if (type.empty()) {
    errors.push_back(Required(Child(path, "type"), "type is required when seccompProfile is set"));
  } else if (std::ranges::find(types, type) == types.end()) {
    errors.push_back(NotSupported(Child(path, "type"), type, types));
  }
  const Json* local = FieldOf(*profile, "localhostProfile");
  if (type == "Localhost") {
    if (local == nullptr) {
      errors.push_back(Required(Child(path, "localhostProfile"), "must be set when seccomp type is Localhost"));
    } else {
      Append(errors, ValidateDescendingPath(TextOf(*profile, "localhostProfile"), Child(path, "localhostProfile")));
    }
  } else if (local != nullptr) {
    errors.push_back(
        Invalid(Child(path, "localhostProfile"), *profile, "can only be set when seccomp type is Localhost"));
  }
  return errors;
}

bool IsSysctlCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Segments of lower-case letters, digits, '-' and '_', joined by '.' or '/'.
bool IsSysctlName(const std::string& name) {
  constexpr std::size_t kSysctlCharactersMax = 253;
  if (name.empty() || name.size() > kSysctlCharactersMax) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (IsSysctlCharacter(c)) continue;
    const bool at_edge = i == 0 || i + 1 == name.size();
    const bool joins = c == '.' || c == '/';
    if (at_edge || (!joins && c != '-' && c != '_')) return false;
    if (joins && (!IsSysctlCharacter(name[i - 1]) || !IsSysctlCharacter(name[i + 1]))) return false;
  }
  return true;
}

FieldErrors ValidateSysctls(const Json& sysctls, const std::string& path) {
  FieldErrors errors;
  std::set<std::string> names;
  for (std::size_t i = 0; i < sysctls.size(); ++i) {
    const std::string at = Child(Index(path, i), "name");
    const std::string& name = TextOf(sysctls[i], "name");
    if (name.empty()) {
      errors.push_back(Required(at, ""));
    } else if (!IsSysctlName(name)) {
      errors.push_back(Invalid(at, name,
                               "must have at most 253 characters and match regex "
                               "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"));
    } else if (names.contains(name)) {
      errors.push_back(Duplicate(at, name));
    }
    names.insert(name);
  }
  return errors;
}

FieldErrors ValidateHostPorts(const Json& spec, const std::string& path) {
  FieldErrors errors;
  if (!IsTrue(spec, "hostNetwork")) return errors;
  const Json& containers = ListOf(spec, "containers");
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Json& ports = ListOf(containers[i], "ports");
    for (std::size_t j = 0; j < ports.size(); ++j) {
      const std::int64_t port = IntegerOf(ports[j], "containerPort").value_or(0);
      if (IntegerOf(ports[j], "hostPort").value_or(0) == port) continue;
      const std::string at = Index(Child(Index(Child(path, "containers"), i), "ports"), j);
      errors.push_back(Invalid(Child(at, "containerPort"), port, "must match `hostPort` when `hostNetwork` is true"));
    }
  }
  return errors;
}

}  // namespace

FieldErrors ValidateSecurityContext(const Json& context, const std::string& path) {
  FieldErrors errors = ValidateId(IntegerOf(context, "runAsUser"), Child(path, "runAsUser"));
  Append(errors, ValidateId(IntegerOf(context, "runAsGroup"), Child(path, "runAsGroup")));
  if (const Json* proc_mount = FieldOf(context, "procMount")) {
    static const std::vector<std::string> types = {"Default", "Unmasked"};
    if (*proc_mount != types[0] && *proc_mount != types[1]) {
      errors.push_back(NotSupported(Child(path, "procMount"), *proc_mount, types));
    }
  }
  Append(errors, ValidateSeccomp(context, path));
  const Json* escalation = FieldOf(context, "allowPrivilegeEscalation");
  if (escalation != nullptr && *escalation == false) {
    if (IsTrue(context, "privileged")) {
      errors.push_back(
          Invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    }
    const Json& added = ListOf(ObjectOf(context, "capabilities"), "add");
    if (std::ranges::find(added, Json("CAP_SYS_ADMIN")) != added.end()) {
      errors.push_back(Invalid(path, context,
                               "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"));
    }
  }
  return errors;
}

FieldErrors ValidatePodSecurityContext(const Json& spec, const std::string& spec_path) {
  const Json* context = FieldOf(spec, "securityContext");
  const std::string path = Child(spec_path, "securityContext");
  FieldErrors errors = ValidateHostPorts(spec, spec_path);
  if (context == nullptr) return errors;
  for (const char* id : {"fsGroup", "runAsUser", "runAsGroup"}) {
    Append(errors, ValidateId(IntegerOf(*context, id), Child(path, id)));
  }
  const Json& groups = ListOf(*context, "supplementalGroups");
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].is_number()) continue;
    Append(errors, ValidateId(groups[i].get<std::int64_t>(), Index(Child(path, "supplementalGroups"), i)));
  }
  if (IsTrue(spec, "shareProcessNamespace") && IsTrue(spec, "hostPID")) {
    errors.push_back(Invalid(Child(path, "shareProcessNamespace"), true,
                             "ShareProcessNamespace and HostPID cannot both be enabled"));
  }
  Append(errors, ValidateSysctls(ListOf(*context, "sysctls"), Child(path, "sysctls")));
  if (const Json* policy = FieldOf(*context, "fsGroupChangePolicy")) {
    static const std::vector<std::string> policies = {"Always", "OnRootMismatch"};
    if (*policy != policies[0] && *policy != policies[1]) {
      errors.push_back(NotSupported(Child(path, "fsGroupChangePolicy"), *policy, policies));
    }
  }
  Append(errors, ValidateSeccomp(*context, path));
  return errors;
}

}  // namespace mock_kubeapi
