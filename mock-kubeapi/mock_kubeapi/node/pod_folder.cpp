#include "mock_kubeapi/node/pod_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

namespace mock_kubeapi {
namespace {

namespace fs = std::filesystem;
using Done = std::expected<void, std::string>;

constexpr unsigned kGroupReads = 0040;
constexpr mode_t kSharedFolder = 0777;
constexpr mode_t kContentFolder = 0755;

std::unexpected<std::string> Failed(const std::string& path) {
  return std::unexpected(fmt::format("{}: {}", path, std::strerror(errno)));
}

/// A path below a volume stays below it: the API refuses others, but not every way in goes through the API.
bool StaysBelow(const std::string& path) {
  const fs::path relative(path);
  if (relative.is_absolute()) return false;
  for (const fs::path& part : relative) {
    if (part == "..") return false;
  }
  return true;
}

Done MakeFolder(const std::string& path, mode_t mode) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) return std::unexpected(fmt::format("{}: {}", path, failed.message()));
  if (chmod(path.c_str(), mode) != 0) return Failed(path);
  return {};
}

Done WriteAll(int file, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0) return Failed(path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Done WriteFile(const std::string& path, const VolumeFile& content, const std::optional<std::int64_t>& group) {
  const std::string made = path + ".new";
  const int file = open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return Failed(made);
  Done done = WriteAll(file, content.content, made);
  // Only root may give files away; anyone else runs the containers as the user who owns them already.
  if (done && geteuid() == 0 && (content.owner || group)) {
    const auto owner = content.owner ? static_cast<uid_t>(*content.owner) : static_cast<uid_t>(-1);
    const auto owning_group = group ? static_cast<gid_t>(*group) : static_cast<gid_t>(-1);
    if (fchown(file, owner, owning_group) != 0) done = Failed(made);
  }
  const unsigned mode = content.mode | (group ? kGroupReads : 0U);
  if (done && fchmod(file, static_cast<mode_t>(mode)) != 0) done = Failed(made);
  close(file);
  if (done && rename(made.c_str(), path.c_str()) != 0) done = Failed(path);
  return done;
}

/// Removes the files below `folder` that are none of `files`.
void RemoveOthers(const std::string& folder, const std::map<std::string, VolumeFile>& files) {
  std::set<fs::path> stale;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) continue;
    const std::string name = fs::relative(entry.path(), folder).generic_string();
    if (!files.contains(name)) stale.insert(entry.path());
  }
  for (const fs::path& path : stale) fs::remove(path);
}

}  // namespace

Done PodFolder::Write(const Volumes& volumes) const {
  for (const auto& [name, volume] : volumes) {
    if (!volume.host_path.empty()) continue;
    const std::string folder = VolumePath(name);
    if (auto made = MakeFolder(folder, volume.writable ? kSharedFolder : kContentFolder); !made) return made;
    if (volume.writable) continue;
    for (const auto& [path, file] : volume.files) {
      if (!StaysBelow(path)) return std::unexpected(fmt::format("{}: not a path within the volume", path));
      const std::string full = fmt::format("{}/{}", folder, path);
      std::error_code failed;
      fs::create_directories(fs::path(full).parent_path(), failed);
      if (failed) return std::unexpected(fmt::format("{}: {}", full, failed.message()));
      if (auto written = WriteFile(full, file, volume.group); !written) return written;
    }
    RemoveOthers(folder, volume.files);
  }
  return {};
}

std::expected<std::string, std::string> PodFolder::SourceOf(const Mount& mount, const Volumes& volumes) const {
  const auto volume = volumes.find(mount.volume);
  if (volume == volumes.end()) return std::unexpected(fmt::format("no volume {}", mount.volume));
  std::string source = volume->second.host_path.empty() ? VolumePath(mount.volume) : volume->second.host_path;
  if (mount.sub_path.empty()) return source;
  if (!StaysBelow(mount.sub_path)) {
    return std::unexpected(fmt::format("subPath {} leads out of its volume", mount.sub_path));
  }
  source += "/" + mount.sub_path;
  std::error_code failed;
  if (!fs::exists(source, failed)) {
    if (auto made = MakeFolder(source, kSharedFolder); !made) return std::unexpected(made.error());
  }
  return source;
}

std::expected<std::string, std::string> PodFolder::MakeRun(const RunId& id) const {
  std::string folder = fmt::format("{}/runs/{}.{}", path_, id.container, id.attempt);
  if (auto made = MakeFolder(folder + "/root", kContentFolder); !made) return std::unexpected(made.error());
  const std::string log = folder + "/termination-log";
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return Failed(log);
  // Whichever user the container runs as writes it.
  const bool opened = fchmod(file, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH) == 0;
  close(file);
  if (!opened) return Failed(log);
  return folder;
}

void PodFolder::Remove() const {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace mock_kubeapi
