// The life of one Pod on a node: which container starts when, which is started again and after what time, what ends
// the Pod. A state machine without clock, processes or store; whoever drives it does what it wants (PodEffects) and
// tells it what happened.
// Sources: pkg/kubelet (kuberuntime's computePodActions and doBackOff, active_deadline.go), release 1.26.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "mock_http/clock.h"
#include "mock_kubeapi/controllers/event_recorder.h"
#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/pod_state.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// Why a container could not be started.
struct StartProblem {
  enum class Kind : std::uint8_t {
    kImage,    ///< the runtime does not have it: ErrImagePull, then ImagePullBackOff
    kVolumes,  ///< FailedMount; goes on waiting as ContainerCreating
    kConfig,   ///< CreateContainerConfigError
    kStart,    ///< the run ends before it began: StartError
  };
  Kind kind = Kind::kStart;
  std::string message;
};

class PodEffects {
 public:
  virtual ~PodEffects() = default;
  /// Begins a run of one of the Pod's containers; returns its container ID.
  virtual std::expected<std::string, StartProblem> Start(const Json& container, int attempt) = 0;
  /// Sends SIGTERM, or SIGKILL with `force`, to a run.
  virtual void Kill(const std::string& container, int attempt, bool force) = 0;
  /// Tells of something; `container` is empty where it is about the Pod.
  virtual void Tell(const std::string& container, const EventText& text) = 0;
};

class PodWorker {
 public:
  PodWorker(const Json& pod, mock_http::TimePoint now);

  /// Does what is to be done at `now`.
  void Sync(const Json& pod, mock_http::TimePoint now, PodEffects& effects);
  /// Ends all runs: SIGTERM, and SIGKILL when `grace` has passed since the first call. Shorter times count.
  void Stop(std::chrono::seconds grace, mock_http::TimePoint now, PodEffects& effects);
  /// A run has ended by itself or was ended. News of runs that are not under way are ignored.
  void Ended(const ContainerEnd& end, mock_http::TimePoint now);
  /// An object that the Pod refers to has changed: starts that failed for one are tried again at the next Sync.
  void ObjectsChanged();

  const PodState& state() const { return state_; }
  /// When Sync or Stop has something to do although nothing happens.
  std::optional<mock_http::TimePoint> NextDue() const;

 private:
  /// What is known of a container besides its state.
  struct Memory {
    /// A start has failed: when it is tried again.
    std::optional<mock_http::TimePoint> retry_at;
    bool awaits_objects = false;  ///< a start has failed for what the API's objects may bring
    std::chrono::nanoseconds start_delay{0};
    std::chrono::nanoseconds run_delay{0};  ///< between the last two runs
    mock_http::TimePoint run_delay_since;
    bool terminated = false;  ///< SIGTERM was sent to the current run
    bool killed = false;      ///< SIGKILL was sent to the current run
  };
  struct Slot {
    ContainerState& state;
    Memory& memory;
    const Json& container;
  };

  bool SyncInit(const Json& pod, mock_http::TimePoint now, PodEffects& effects);
  void SyncContainer(const Slot& slot, const Json& pod, mock_http::TimePoint now, PodEffects& effects);
  bool AwaitsRestart(const Slot& slot, const Json& pod, mock_http::TimePoint now, PodEffects& effects);
  void Start(const Slot& slot, mock_http::TimePoint now, PodEffects& effects);
  void StartFailed(const Slot& slot, const StartProblem& problem, mock_http::TimePoint now, PodEffects& effects);
  void ImageMissing(const Slot& slot, const std::string& message, mock_http::TimePoint now, PodEffects& effects);
  void Retry(const Slot& slot, std::chrono::nanoseconds delay, mock_http::TimePoint now);
  void CheckDeadline(const Json& pod, mock_http::TimePoint now, PodEffects& effects);
  void SetDue(mock_http::TimePoint due);

  PodState state_;
  std::vector<Memory> init_memory_;
  std::vector<Memory> memory_;
  std::optional<mock_http::TimePoint> stop_began_;
  std::optional<mock_http::TimePoint> due_;
};

}  // namespace mock_kubeapi
