#include "mock_kubeapi/kinds/container_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

using Names = std::set<std::string>;

/// Required when empty, NotSupported when it is none of `values`.
FieldErrors ValidateContainerChoice(const Json& object, std::string_view name, const std::vector<std::string>& values,
                                    const std::string& path) {
  const std::string& value = TextOf(object, name);
  if (value.empty()) return {Required(Child(path, name), "")};
  if (std::ranges::find(values, value) != values.end()) return {};
  return {NotSupported(Child(path, name), value, values)};
}

FieldErrors ValidatePorts(const Json& ports, const std::string& path) {
  FieldErrors errors;
  Names names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string at = Index(path, i);
    const std::string& name = TextOf(ports[i], "name");
    if (!name.empty()) {
      const std::vector<std::string> complaints = validation::IsPortName(name);
      if (!complaints.empty()) {
        Append(errors, InvalidForEach(Child(at, "name"), name, complaints));
      } else if (!names.insert(name).second) {
        errors.push_back(Duplicate(Child(at, "name"), name));
      }
    }
    const std::int64_t port = IntegerOf(ports[i], "containerPort").value_or(0);
    if (port == 0) {
      errors.push_back(Required(Child(at, "containerPort"), ""));
    } else {
      Append(errors, InvalidForEach(Child(at, "containerPort"), port, validation::IsPortNumber(port)));
    }
    const std::int64_t host_port = IntegerOf(ports[i], "hostPort").value_or(0);
    if (host_port != 0) {
      Append(errors, InvalidForEach(Child(at, "hostPort"), host_port, validation::IsPortNumber(host_port)));
    }
    Append(errors, ValidateContainerChoice(ports[i], "protocol", {"SCTP", "TCP", "UDP"}, at));
  }
  return errors;
}

/// What holds for every container, whatever its list.
FieldErrors ValidateCommon(const Json& container, const VolumeMap& volumes, const std::string& path) {
  FieldErrors errors;
  const std::string& name = TextOf(container, "name");
  if (name.empty()) {
    errors.push_back(Required(Child(path, "name"), ""));
  } else {
    Append(errors, InvalidForEach(Child(path, "name"), name, validation::IsDns1123Label(name)));
  }
  Append(errors, ValidateTextGiven(container, "image", path));
  Append(errors,
         ValidateContainerChoice(container, "terminationMessagePolicy", {"File", "FallbackToLogsOnError"}, path));
  Append(errors, ValidatePorts(ListOf(container, "ports"), Child(path, "ports")));
  Append(errors, ValidateEnv(container, path));
  Append(errors, ValidateVolumeUse(container, volumes, path));
  Append(errors, ValidateContainerChoice(container, "imagePullPolicy", {"Always", "IfNotPresent", "Never"}, path));
  Append(errors, ValidateResources(ObjectOf(container, "resources"), Child(path, "resources")));
  if (const Json* context = FieldOf(container, "securityContext")) {
    Append(errors, ValidateSecurityContext(*context, Child(path, "securityContext")));
  }
  return errors;
}

/// Host ports that one of the containers has already; `ports` collects them.
FieldErrors ValidateHostPortsUnique(const Json& container, Names& ports, const std::string& path) {
  FieldErrors errors;
  const Json& list = ListOf(container, "ports");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::int64_t port = IntegerOf(list[i], "hostPort").value_or(0);
    if (port == 0) continue;
    const std::string text = fmt::format("{}/{}/{}", TextOf(list[i], "protocol"), TextOf(list[i], "hostIP"), port);
    if (!ports.insert(text).second) {
      errors.push_back(Duplicate(Child(Index(Child(path, "ports"), i), "hostPort"), text));
    }
  }
  return errors;
}

FieldErrors ValidateRegular(const Json& containers, const VolumeMap& volumes, const std::string& path) {
  if (containers.empty()) return {Required(path, "")};
  FieldErrors errors;
  Names names;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const std::string at = Index(path, i);
    Append(errors, ValidateCommon(containers[i], volumes, at));
    const std::string& name = TextOf(containers[i], "name");
    if (!names.insert(name).second) errors.push_back(Duplicate(Child(at, "name"), name));
    Append(errors, ValidateHandlers(containers[i], at));
  }
  Names ports;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    Append(errors, ValidateHostPortsUnique(containers[i], ports, Index(path, i)));
  }
  return errors;
}

Names NamesOf(const Json& containers) {
  Names names;
  for (const Json& container : containers) names.insert(TextOf(container, "name"));
  return names;
}

FieldErrors ValidateInit(const Json& spec, const VolumeMap& volumes, const std::string& path) {
  FieldErrors errors;
  const Json& containers = ListOf(spec, "initContainers");
  Names names = NamesOf(ListOf(spec, "containers"));
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Json& container = containers[i];
    const std::string at = Index(path, i);
    Append(errors, ValidateCommon(container, volumes, at));
    const std::string& name = TextOf(container, "name");
    if (names.contains(name)) {
      errors.push_back(Duplicate(Child(at, "name"), name));
    } else if (!name.empty()) {
      names.insert(name);
    }
    // Init containers run one by one, so each is only in its own way.
    Names ports;
    Append(errors, ValidateHostPortsUnique(container, ports, Index(path, 0)));
    for (const char* field : {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"}) {
      if (IsSet(container, field)) {
        errors.push_back(Forbidden(Child(at, field), "may not be set for init containers"));
      }
    }
  }
  return errors;
}

FieldErrors ValidateEphemeral(const Json& spec, const VolumeMap& volumes, const std::string& path) {
  FieldErrors errors;
  const Json& containers = ListOf(spec, "ephemeralContainers");
  if (containers.empty()) return errors;
  Names others = NamesOf(ListOf(spec, "containers"));
  others.merge(NamesOf(ListOf(spec, "initContainers")));
  Names names = others;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Json& container = containers[i];
    const std::string at = Index(path, i);
    Append(errors, ValidateCommon(container, volumes, at));
    const std::string& name = TextOf(container, "name");
    if (!names.insert(name).second) errors.push_back(Duplicate(Child(at, "name"), name));
    const std::string& target = TextOf(container, "targetContainerName");
    if (!target.empty() && !others.contains(target)) {
      errors.push_back(FieldNotFound(Child(at, "targetContainerName"), target));
    }
    for (const char* field : {"ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"}) {
      const Json* value = FieldOf(container, field);
      if (value != nullptr && !value->empty()) {
        errors.push_back(Forbidden(Child(at, field), "cannot be set for an Ephemeral Container"));
      }
    }
  }
  return errors;
}

}  // namespace

FieldErrors ValidateContainers(const Json& spec, const VolumeMap& volumes, const std::string& path) {
  FieldErrors errors = ValidateRegular(ListOf(spec, "containers"), volumes, Child(path, "containers"));
  Append(errors, ValidateInit(spec, volumes, Child(path, "initContainers")));
  Append(errors, ValidateEphemeral(spec, volumes, Child(path, "ephemeralContainers")));
  return errors;
}

FieldErrors ValidateContainersOfPod(const Json& containers, const std::string& path) {
  FieldErrors errors;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const std::string& image = TextOf(containers[i], "image");
    constexpr std::string_view kSpaces = " \t\n\v\f\r";
    if (image.empty() || (kSpaces.find(image.front()) == std::string_view::npos &&
                          kSpaces.find(image.back()) == std::string_view::npos)) {
      continue;
    }
    errors.push_back(Invalid(Child(Index(path, i), "image"), image, "must not have leading or trailing whitespace"));
  }
  return errors;
}

}  // namespace mock_kubeapi
