#include "mock_kubeapi/node/root_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace mock_kubeapi {
namespace {

using StepKind = RootStep::Kind;

class Planner {
 public:
  Planner(const HostFiles& host, const std::vector<RootMount>& mounts) : host_(host), mounts_(mounts) {}

  std::vector<RootStep> Plan() {
    Open("", /*show_host=*/true);
    for (const RootMount& mount : mounts_) {
      if (mount.read_only) steps_.push_back({.kind = StepKind::kReadOnly, .path = mount.path});
    }
    return std::move(steps_);
  }

 private:
  /// Makes the content of a folder that holds mounts; the folder itself is there. The root is "".
  void Open(const std::string& folder, bool show_host) {
    const std::set<std::string> names = NamesBelow(folder);
    if (show_host) {
      for (const HostFiles::Entry& entry : host_.List(folder.empty() ? "/" : folder)) {
        if (!names.contains(entry.name)) Show(folder + "/" + entry.name, entry);
      }
    }
    for (const std::string& name : names) {
      const std::string path = fmt::format("{}/{}", folder, name);
      const auto mount = std::ranges::find(mounts_, path, &RootMount::path);
      const bool is_mount = mount != mounts_.end();
      steps_.push_back({.kind = is_mount && !mount->is_folder ? StepKind::kFile : StepKind::kFolder, .path = path});
      if (is_mount) steps_.push_back({.kind = StepKind::kBind, .path = path, .source = mount->source});
      // Below a mount there is the volume, not the machine.
      if (!NamesBelow(path).empty()) Open(path, show_host && !is_mount);
    }
  }

  void Show(const std::string& path, const HostFiles::Entry& entry) {
    if (entry.kind == HostFiles::Kind::kLink) {
      steps_.push_back({.kind = StepKind::kLink, .path = path, .source = entry.link_target});
      return;
    }
    const bool is_folder = entry.kind == HostFiles::Kind::kFolder;
    steps_.push_back({.kind = is_folder ? StepKind::kFolder : StepKind::kFile, .path = path});
    steps_.push_back({.kind = StepKind::kBind, .path = path, .source = path});
  }

  /// The names in `folder` that lead to mounts.
  std::set<std::string> NamesBelow(const std::string& folder) const {
    std::set<std::string> names;
    for (const RootMount& mount : mounts_) {
      std::string_view rest = mount.path;
      if (!rest.starts_with(folder + "/")) continue;
      rest.remove_prefix(folder.size() + 1);
      names.emplace(rest.substr(0, rest.find('/')));
    }
    return names;
  }

  const HostFiles& host_;
  const std::vector<RootMount>& mounts_;
  std::vector<RootStep> steps_;
};

}  // namespace

std::vector<RootStep> PlanRoot(const HostFiles& host, const std::vector<RootMount>& mounts) {
  return Planner(host, mounts).Plan();
}

}  // namespace mock_kubeapi
