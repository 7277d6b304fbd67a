#include "mock_kubeapi/node/container_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/node/expansion.h"
#include "mock_kubeapi/node/pod_environment.h"

namespace mock_kubeapi {
namespace {

std::vector<std::string> ExpandAll(const Json& texts, const VariableLookup& lookup) {
  std::vector<std::string> out;
  for (const Json& text : texts) {
    if (text.is_string()) out.push_back(ExpandVariables(text.get_ref<const std::string&>(), lookup));
  }
  return out;
}

std::vector<Mount> MountsOf(const Json& container, const Volumes& volumes, const VariableLookup& lookup) {
  std::vector<Mount> mounts;
  for (const Json& each : ListOf(container, "volumeMounts")) {
    Mount mount{.volume = TextOf(each, "name"),
                .path = TextOf(each, "mountPath"),
                .sub_path = TextOf(each, "subPath"),
                .read_only = IsTrue(each, "readOnly")};
    if (!mount.path.starts_with('/')) mount.path.insert(0, "/");
    while (mount.path.size() > 1 && mount.path.ends_with('/')) mount.path.pop_back();
    if (const std::string& expression = TextOf(each, "subPathExpr"); !expression.empty()) {
      mount.sub_path = ExpandVariables(expression, lookup);
    }
    // What the API fills can't be written to, whatever the mount says.
    const auto volume = volumes.find(mount.volume);
    if (volume == volumes.end() || !volume->second.writable) mount.read_only = true;
    mounts.push_back(std::move(mount));
  }
  // A mount below another one comes after it.
  std::ranges::stable_sort(mounts, {}, [](const Mount& mount) { return mount.path.size(); });
  return mounts;
}

/// A security setting of the container, else of the Pod.
std::optional<std::int64_t> SecurityNumber(const Json& pod_spec, const Json& container, const char* field) {
  const auto own = IntegerOf(ObjectOf(container, "securityContext"), field);
  return own ? own : IntegerOf(ObjectOf(pod_spec, "securityContext"), field);
}

ContainerSecurity SecurityOf(const Json& container) {
  const Json& context = ObjectOf(container, "securityContext");
  ContainerSecurity security;
  security.read_only_root = IsTrue(context, "readOnlyRootFilesystem");
  const auto escalation = context.find("allowPrivilegeEscalation");
  security.may_gain_privileges = escalation == context.end() || *escalation != false;
  const Json& capabilities = ObjectOf(context, "capabilities");
  for (const Json& each : ListOf(capabilities, "drop"))
    security.dropped_capabilities.push_back(each.get<std::string>());
  for (const Json& each : ListOf(capabilities, "add")) security.added_capabilities.push_back(each.get<std::string>());
  return security;
}

bool MustNotBeRoot(const Json& pod_spec, const Json& container) {
  const Json* own = FieldAt(container, "securityContext", "runAsNonRoot");
  if (own == nullptr) own = FieldAt(pod_spec, "securityContext", "runAsNonRoot");
  return own != nullptr && *own == true;
}

}  // namespace

std::expected<ContainerSetup, std::string> MakeContainerSetup(const PodInputs& inputs, const Json& container,
                                                              int attempt, Volumes volumes) {
  const Json& metadata = ObjectOf(inputs.pod, "metadata");
  const Json& spec = ObjectOf(inputs.pod, "spec");
  const std::string& pod_name = TextOf(metadata, "name");
  const std::string& name = TextOf(container, "name");
  const auto user = SecurityNumber(spec, container, "runAsUser");
  if (user == 0 && MustNotBeRoot(spec, container)) {
    return std::unexpected(fmt::format(
        "container's runAsUser breaks non-root policy (pod: {}, container: {})",
        GoQuote(fmt::format("{}_{}({})", pod_name, TextOf(metadata, "namespace"), TextOf(metadata, "uid"))), name));
  }
  auto environment = MakeEnvironment(inputs, container);
  if (!environment) return std::unexpected(environment.error());
  const auto lookup = [&](std::string_view variable) -> std::optional<std::string> {
    const auto known = std::ranges::find(*environment, variable, &Environment::value_type::first);
    if (known == environment->end()) return std::nullopt;
    return known->second;
  };
  ContainerSetup setup;
  setup.id = {.pod_uid = TextOf(metadata, "uid"), .container = name, .attempt = attempt};
  setup.namespace_name = TextOf(metadata, "namespace");
  setup.pod_name = pod_name;
  const std::string& host_name = TextOf(spec, "hostname");
  setup.host_name = host_name.empty() ? pod_name : host_name;
  setup.image = TextOf(container, "image");
  setup.command = ExpandAll(ListOf(container, "command"), lookup);
  setup.arguments = ExpandAll(ListOf(container, "args"), lookup);
  setup.mounts = MountsOf(container, volumes, lookup);
  setup.volumes = std::move(volumes);
  setup.working_folder = TextOf(container, "workingDir");
  setup.termination_message_path = TextOf(container, "terminationMessagePath");
  setup.user = user;
  setup.group = SecurityNumber(spec, container, "runAsGroup");
  setup.security = SecurityOf(container);
  setup.environment = *std::move(environment);
  return setup;
}

}  // namespace mock_kubeapi
