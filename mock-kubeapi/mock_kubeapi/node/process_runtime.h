// Containers as processes of this machine: an image stands for a program here, or is run by podman. A run gets the
// Pod's volumes at their mount paths in a root folder of its own where the machine allows that; elsewhere paths in its
// command, arguments and environment are rewritten, and users are not changed.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/pod_folder.h"
#include "mock_kubeapi/node/podman.h"
#include "mock_kubeapi/node/run_process.h"

namespace mock_kubeapi {

/// Which program stands for which image, or which archive holds it.
using ImagePrograms = std::map<std::string, std::string, std::less<>>;

class ProcessRuntime final : public ContainerRuntime {
 public:
  struct Options {
    ImagePrograms programs;
    Isolation isolation = FindIsolation();
    bool use_podman = false;  ///< `programs` are OCI archives then, which podman runs; isolation is podman's matter
  };
  /// Makes a private folder below the system's folder for temporary files, and a thread. The error says why it can't.
  static std::expected<std::unique_ptr<ProcessRuntime>, std::string> Create(Options options);
  /// Kills what still runs, and removes the folder.
  ~ProcessRuntime() override;

  bool HasImage(std::string_view image) const override;
  std::expected<void, std::string> Start(const ContainerSetup& setup) override;
  void Kill(const RunId& id, bool force) override;
  void UpdateVolumes(const std::string& pod_uid, const Volumes& volumes) override;
  void RemovePod(const std::string& pod_uid) override;
  RuntimeNews TakeNews() override;
  std::optional<mock_http::TimePoint> NextNews() const override;
  void SetWake(std::function<void()> wake) override;
  /// Whether TakeNews has nothing to give and no run is under way that was started less than `patience` ago.
  /// Thread-safe.
  bool IsSettled(std::chrono::steady_clock::duration patience) const;

 private:
  struct Run {
    RunId id;
    RunningProcess process;
    std::string folder;  ///< of PodFolder::MakeRun
    std::chrono::steady_clock::time_point started;
  };

  ProcessRuntime(Options options, std::string folder, int wake_fd);
  PodFolder FolderOf(const std::string& pod_uid) const { return PodFolder(folder_ + "/" + pod_uid); }
  std::expected<ProcessSetup, std::string> Prepare(const ContainerSetup& setup, const ProcessPlace& place) const;
  void Watch();
  bool ReadOutput(Run& run);
  void Reap(Run& run);
  void Signal() const;

  Options options_;
  std::string folder_;
  std::unique_ptr<Podman> podman_;  ///< null: programs of this machine
  int wake_fd_ = -1;
  mutable std::mutex mutex_;
  std::deque<Run> runs_;
  RuntimeNews news_;
  std::size_t news_bytes_ = 0;
  bool stop_ = false;
  std::mutex wake_mutex_;  ///< so that nobody is woken once SetWake has returned
  std::function<void()> wake_;
  std::thread thread_;  ///< reads output and hears of ends
};

}  // namespace mock_kubeapi
