#include "mock_kubeapi/node/podman_command.h"

#include <fmt/format.h>

#include <set>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

using Words = std::vector<std::string>;

std::expected<std::string, std::string> MountWord(const std::string& source, const std::string& path, bool read_only) {
  // podman separates the two by a colon, and has no way to quote one.
  for (const std::string& each : {source, path}) {
    if (each.find(':') != std::string::npos) return std::unexpected(fmt::format("{}: podman can't mount that", each));
  }
  return fmt::format("--volume={}:{}{}", source, path, read_only ? ":ro" : "");
}

std::expected<void, std::string> AddMounts(const ContainerSetup& setup, const ProcessPlace& place, Words& words) {
  for (const Mount& mount : setup.mounts) {
    auto word = MountWord(place.sources.at(mount.path), mount.path, mount.read_only);
    if (!word) return std::unexpected(word.error());
    words.push_back(*std::move(word));
  }
  if (setup.termination_message_path.empty()) return {};
  auto word = MountWord(place.run_folder + "/termination-log", setup.termination_message_path, /*read_only=*/false);
  if (!word) return std::unexpected(word.error());
  words.push_back(*std::move(word));
  return {};
}

void AddSecurity(const ContainerSetup& setup, Words& words) {
  if (setup.user) {
    words.push_back(fmt::format("--user={}{}", *setup.user, setup.group ? fmt::format(":{}", *setup.group) : ""));
  }
  std::set<std::int64_t> groups;
  for (const auto& [name, volume] : setup.volumes) {
    if (volume.group) groups.insert(*volume.group);
  }
  for (const std::int64_t group : groups) words.push_back(fmt::format("--group-add={}", group));
  if (setup.security.read_only_root) {
    words.insert(words.end(), {"--read-only", "--read-only-tmpfs=false"});
  }
  if (!setup.security.may_gain_privileges) words.emplace_back("--security-opt=no-new-privileges");
  for (const std::string& each : setup.security.dropped_capabilities) words.push_back("--cap-drop=" + each);
  for (const std::string& each : setup.security.added_capabilities) words.push_back("--cap-add=" + each);
}

}  // namespace

PodmanEnvironment SplitEnvironment(const ContainerSetup& setup) {
  PodmanEnvironment out;
  for (const auto& [name, value] : setup.environment) {
    if (value.find_first_of("\r\n") == std::string::npos) {
      out.file += fmt::format("{}={}\n", name, value);
    } else {
      out.inherited.emplace_back(name, value);
    }
  }
  return out;
}

std::expected<Words, std::string> PodmanRunArguments(const ContainerSetup& setup, const ProcessPlace& place,
                                                     const PodmanFiles& files) {
  Words words = {"run", "--rm", "--pull=never", "--network=host", "--log-driver=none", "--http-proxy=false",
                 // Some machines don't let a container have the limits that podman gives it by itself.
                 "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024", "--env-file=" + files.environment_file,
                 "--pidfile=" + files.pid_file};
  for (const auto& [name, value] : SplitEnvironment(setup).inherited) words.push_back("--env=" + name);
  if (!setup.host_name.empty()) words.push_back("--hostname=" + setup.host_name);
  if (!setup.working_folder.empty()) words.push_back("--workdir=" + setup.working_folder);
  AddSecurity(setup, words);
  if (auto added = AddMounts(setup, place, words); !added) return std::unexpected(added.error());
  if (!setup.command.empty()) words.push_back("--entrypoint=" + Json(setup.command).dump());
  words.push_back(files.image);
  words.insert(words.end(), setup.arguments.begin(), setup.arguments.end());
  return words;
}

}  // namespace mock_kubeapi
