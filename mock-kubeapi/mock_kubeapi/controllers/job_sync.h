// One look at one Job: what its pods have come to, which pods to start or delete, what its status says.
// Source: pkg/controller/job/job_controller.go (syncJob, manageJob, trackJobStatusAndRemoveFinalizers; release 1.26).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/controllers/event_recorder.h"
#include "mock_kubeapi/controllers/job_indexes.h"
#include "mock_kubeapi/controllers/job_status.h"
#include "mock_kubeapi/controllers/pod_failures.h"
#include "mock_kubeapi/kinds/table.h"

namespace mock_kubeapi {

/// How and when a Job's pods ended, by uid. Remembered between syncs for the delay before the next try: a pod may be
/// gone by then, and not every status says when it ended.
struct PodEnd {
  mock_http::TimePoint time;
  bool succeeded = false;
};
using PodEndings = std::map<std::string, PodEnd>;

struct JobSyncParts {
  ControllerContext& context;
  EventRecorder& events;
  const Kind& job_kind;
  const Kind& pod_kind;
  PodEndings& endings;
};

class JobSync {
 public:
  struct Outcome {
    std::optional<mock_http::TimePoint> again_at;  ///< when time alone brings new work
    bool failed = false;                           ///< a write failed: to be tried again
  };

  /// `job` is as stored, `pods` are those that it controls.
  JobSync(const JobSyncParts& parts, JsonPtr job, std::vector<JsonPtr> pods);

  /// Must not be called for a Job that has ended.
  Outcome Run();

 private:
  using Condition = std::optional<JobCondition>;

  // Reading.
  const Json& spec() const;
  Json& status() { return status_; }
  bool Suspended() const;
  bool Indexed() const;
  std::int64_t Completions() const;
  bool HasValidIndex(const Json& pod) const;
  /// Pods with the finalizer that are not noted as ended yet and satisfy `filter`.
  template <class Filter>
  std::vector<JsonPtr> NewlyEnded(const std::set<std::string>& noted, Filter filter) const;

  // Deciding.
  void Survey();
  Condition FindFailure();
  bool RestartsExceedLimit() const;
  bool IsComplete(std::int64_t active) const;
  std::optional<mock_http::TimePoint> PodStartTime();
  void UpdateSuspendedCondition();

  // Changing pods. Each returns how many it has changed.
  std::int64_t ManagePods();
  std::int64_t CreatePods(std::int64_t count);
  std::int64_t DeletePods(const std::vector<JsonPtr>& pods, bool drop_finalizer);
  std::vector<JsonPtr> PodsForRemoval(std::size_t at_least) const;
  Json PodFromTemplate(std::optional<std::int64_t> index) const;
  bool RemoveFinalizer(const Json& pod);

  // Counting.
  void Track(Condition finished);
  std::vector<JsonPtr> NoteEndedPods(bool finished);
  bool WriteStatus();
  bool Finish(const Condition& finished);

  void Event(std::string_view type, std::string_view reason, std::string message);

  JobSyncParts parts_;
  mock_http::TimePoint now_;
  JsonPtr job_;
  Json status_;  ///< as it is to be
  std::vector<JsonPtr> pods_;
  std::vector<JsonPtr> active_pods_;
  std::vector<JsonPtr> new_succeeded_;
  std::vector<JsonPtr> new_failed_;
  std::int64_t succeeded_ = 0;
  std::int64_t failed_ = 0;
  IndexSet counted_indexes_;    ///< in status.completedIndexes
  IndexSet succeeded_indexes_;  ///< those and the ones of pods that have just succeeded
  bool needs_flush_ = false;
  std::vector<EventText> pending_events_;
  Outcome outcome_;
};

}  // namespace mock_kubeapi
