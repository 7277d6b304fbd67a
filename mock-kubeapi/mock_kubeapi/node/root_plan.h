// A root folder for a container: all of this machine's own, with a Pod's volumes at their mount paths. Where a mount
// path does not exist here, the folders above it are made anew around what they hold, so that nothing has to be created
// on the machine. Only the plan is made here; run_process.cpp carries it out between fork and exec.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mock_kubeapi {

/// What a plan has to know of the machine.
class HostFiles {
 public:
  enum class Kind : std::uint8_t { kFolder, kLink, kFile };
  struct Entry {
    std::string name;
    Kind kind = Kind::kFile;
    std::string link_target;
  };
  virtual ~HostFiles() = default;
  /// What the folder holds, in order; nothing where there is no such folder.
  virtual std::vector<Entry> List(const std::string& folder) const = 0;
};

/// `source` on the machine appears at `path`, which is absolute and goes through no symbolic link.
struct RootMount {
  std::string path;
  std::string source;
  bool is_folder = true;
  bool read_only = false;
};

struct RootStep {
  enum class Kind : std::uint8_t {
    kFolder,    ///< make the folder `path`
    kFile,      ///< make the empty file `path`
    kLink,      ///< make the symbolic link `path` to `source`
    kBind,      ///< show `source` at `path`
    kReadOnly,  ///< let nobody write at the mount `path`
  };
  Kind kind = Kind::kFolder;
  std::string path;  ///< absolute, within the new root
  std::string source = {};

  bool operator==(const RootStep&) const = default;
};

/// The steps that fill an empty root folder.
std::vector<RootStep> PlanRoot(const HostFiles& host, const std::vector<RootMount>& mounts);

}  // namespace mock_kubeapi
