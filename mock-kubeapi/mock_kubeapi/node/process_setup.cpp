#include "mock_kubeapi/node/process_setup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "mock_kubeapi/node/path_rewrite.h"

namespace mock_kubeapi {
namespace {

namespace fs = std::filesystem;

/// What an image without settings of its own gives.
constexpr const char* kUsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

using Variables = std::vector<std::pair<std::string, std::string>>;

bool IsProgram(const std::string& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed) && access(path.c_str(), X_OK) == 0;
}

std::expected<std::string, std::string> FindProgram(const std::string& command, const std::string& image_program,
                                                    std::string_view search_path) {
  if (fs::path(command).filename() == fs::path(image_program).filename()) return image_program;
  if (command.find('/') != std::string::npos) {
    if (IsProgram(command)) return command;
    return std::unexpected(fmt::format("exec: \"{}\": stat {}: no such file or directory", command, command));
  }
  while (!search_path.empty()) {
    const std::string_view folder = search_path.substr(0, search_path.find(':'));
    search_path.remove_prefix(std::min(folder.size() + 1, search_path.size()));
    std::string path = fmt::format("{}/{}", folder, command);
    if (IsProgram(path)) return path;
  }
  return std::unexpected(fmt::format("exec: \"{}\": executable file not found in $PATH", command));
}

/// The container's variables, behind those that a runtime and an image bring.
Variables AllVariables(const ContainerSetup& setup) {
  Variables all = {{"PATH", kUsualPath}, {"HOSTNAME", setup.host_name}, {"HOME", "/"}};
  for (const auto& [name, value] : setup.environment) {
    const auto known = std::ranges::find(all, name, &Variables::value_type::first);
    if (known != all.end()) {
      known->second = value;
    } else {
      all.emplace_back(name, value);
    }
  }
  return all;
}

/// A mount path without symbolic links of this machine ("/var/run" is "/run").
std::string Canonical(const std::string& path) {
  std::error_code failed;
  const fs::path canonical = fs::weakly_canonical(path, failed);
  return failed ? path : canonical.generic_string();
}

std::vector<RootMount> RootMounts(const ContainerSetup& setup, const ProcessPlace& place) {
  std::vector<RootMount> mounts;
  for (const Mount& mount : setup.mounts) {
    const auto source = place.sources.find(mount.path);
    if (source == place.sources.end()) continue;
    std::error_code failed;
    mounts.push_back({.path = Canonical(mount.path),
                      .source = source->second,
                      .is_folder = fs::is_directory(source->second, failed),
                      .read_only = mount.read_only});
  }
  if (!setup.termination_message_path.empty()) {
    mounts.push_back({.path = Canonical(setup.termination_message_path),
                      .source = place.run_folder + "/termination-log",
                      .is_folder = false});
  }
  return mounts;
}

void Rewrite(const ContainerSetup& setup, const ProcessPlace& place, ProcessSetup& out, Variables& variables) {
  PathMap paths = place.sources;
  if (!setup.termination_message_path.empty()) {
    paths[setup.termination_message_path] = place.run_folder + "/termination-log";
  }
  // argv[0] is a name, not a place.
  for (std::size_t i = 1; i < out.arguments.size(); ++i) out.arguments[i] = RewritePaths(out.arguments[i], paths);
  for (auto& [name, value] : variables) value = RewritePaths(value, paths);
  out.working_folder = RewritePaths(out.working_folder, paths);
}

}  // namespace

std::expected<ProcessSetup, std::string> MakeProcessSetup(const ContainerSetup& setup, const ProcessPlace& place) {
  ProcessSetup out;
  Variables variables = AllVariables(setup);
  if (setup.command.empty()) {
    out.program = place.program;
    out.arguments = {place.program};
  } else {
    const auto search_path = std::ranges::find(variables, "PATH", &Variables::value_type::first);
    auto program = FindProgram(setup.command.front(), place.program, search_path->second);
    if (!program) return std::unexpected(program.error());
    out.program = *std::move(program);
    out.arguments = setup.command;
  }
  out.arguments.insert(out.arguments.end(), setup.arguments.begin(), setup.arguments.end());
  out.working_folder = setup.working_folder;
  out.isolation = place.isolation;
  out.root = place.run_folder + "/root";
  out.user = setup.user;
  out.group = setup.group;
  if (place.isolation == Isolation::kNone) {
    Rewrite(setup, place, out, variables);
  } else {
    out.root_plan = PlanRoot(MachineFiles(), RootMounts(setup, place));
  }
  for (const auto& [name, value] : variables) out.environment.push_back(fmt::format("{}={}", name, value));
  return out;
}

std::vector<HostFiles::Entry> MachineFiles::List(const std::string& folder) const {
  std::vector<Entry> entries;
  std::error_code failed;
  for (auto at = fs::directory_iterator(folder, failed); !failed && at != fs::directory_iterator();
       at.increment(failed)) {
    Entry entry{.name = at->path().filename().string()};
    std::error_code unknown;
    if (at->is_symlink(unknown)) {
      entry.kind = Kind::kLink;
      entry.link_target = fs::read_symlink(at->path(), unknown).string();
    } else if (at->is_directory(unknown)) {
      entry.kind = Kind::kFolder;
    }
    entries.push_back(std::move(entry));
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

}  // namespace mock_kubeapi
