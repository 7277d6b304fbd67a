// Runs Jobs: starts their pods, counts how they end, retries, gives up, and lets go of pods that no Job counts any
// more. Each change of a Job or of one of its pods queues that Job; a sync costs what its own pods cost. Source:
// pkg/controller/job/job_controller.go, pkg/controller/controller_ref_manager.go (release 1.26), with the delay before
// a replacement pod counted from the failed pod's end as later releases do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/controllers/event_recorder.h"
#include "mock_kubeapi/controllers/job_sync.h"
#include "mock_kubeapi/controllers/owners.h"
#include "mock_kubeapi/controllers/retry_delays.h"

namespace mock_kubeapi {

class JobController final : public Controller {
 public:
  JobController();

  std::string_view Name() const override { return "kube-controller-manager"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;
  std::optional<mock_http::TimePoint> NextDue() const override;

 private:
  struct Kinds {
    KindPtr job;
    KindPtr pod;
  };

  void ObservePod(const Change& change);
  /// Queues what was there before this controller heard of changes.
  void Start(const StoreReader& store);
  /// False when the work is to be tried again.
  bool SyncJob(ControllerContext& context, const std::string& key);
  /// The pods that the Job controls: takes up those that match its selector and lets go of those that no longer do.
  /// nullopt when a write failed.
  std::optional<std::vector<JsonPtr>> ClaimPods(ControllerContext& context, const Json& job);
  bool Adopt(ControllerContext& context, const Json& job, const Json& pod);
  bool Release(ControllerContext& context, const Json& job, const Json& pod);
  /// A pod without a Job that counts it loses its finalizer.
  bool SyncOrphan(ControllerContext& context, const std::string& key);

  EventRecorder events_{"job-controller"};
  WorkQueue queue_;
  RetryDelays retries_;
  OwnerIndex pods_;
  /// What is remembered of a Job, by its key.
  struct Memory {
    std::string uid;
    PodEndings endings;
  };
  std::unordered_map<std::string, Memory> memory_;
  Kinds kinds_;
  bool started_ = false;
};

}  // namespace mock_kubeapi
