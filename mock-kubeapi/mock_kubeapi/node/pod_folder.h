// A Pod's files on this machine: its volumes, and a folder for each run with the file for the termination message. All
// of it lies in one private folder, which goes with the Pod.
#pragma once

#include <expected>
#include <string>

#include "mock_kubeapi/node/container_runtime.h"

namespace mock_kubeapi {

class PodFolder {
 public:
  /// Makes nothing yet.
  explicit PodFolder(std::string path) : path_(std::move(path)) {}

  /// Makes the volumes and brings those that are there up to date: a file is replaced in one step, one that the volume
  /// has no more is removed. The error names the file and why.
  std::expected<void, std::string> Write(const Volumes& volumes) const;
  /// Where a mount's content is; with a sub-path that is not there, a folder is made (of a writable volume).
  std::expected<std::string, std::string> SourceOf(const Mount& mount, const Volumes& volumes) const;
  /// Makes the folder of a run with an empty, writable "termination-log" and an empty folder "root".
  std::expected<std::string, std::string> MakeRun(const RunId& id) const;
  void Remove() const;

 private:
  std::string VolumePath(const std::string& name) const { return path_ + "/volumes/" + name; }

  std::string path_;
};

}  // namespace mock_kubeapi
