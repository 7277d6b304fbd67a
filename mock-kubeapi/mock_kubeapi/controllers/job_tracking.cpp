// The part of JobSync that counts pods: see job_status.h for the order in which that is safe.
#include <algorithm>
#include <utility>

#include "mock_kubeapi/controllers/job_sync.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

/// Keeps the status small: the rest is counted in the next sync.
constexpr std::size_t kUncountedPodsMax = 500;

}  // namespace

std::vector<JsonPtr> JobSync::NoteEndedPods(bool finished) {
  const std::set<std::string> noted_succeeded = UncountedPods(status(), "succeeded");
  const std::set<std::string> noted_failed = UncountedPods(status(), "failed");
  const bool being_deleted = IsSet(ObjectOf(*job_, "metadata"), "deletionTimestamp");
  std::size_t noted = noted_succeeded.size() + noted_failed.size();
  std::vector<JsonPtr> ended;
  IndexSet indexes = counted_indexes_;
  for (const JsonPtr& pod : pods_) {
    if (!HasTrackingFinalizer(*pod)) continue;
    const std::string& uid = UidOf(*pod);
    const bool succeeded = TextOf(ObjectOf(*pod, "status"), "phase") == "Succeeded";
    const bool failed = IsPodFailed(*pod, *job_);
    // Pods that were still active when the Job ended have been deleted: they count as failures.
    if (succeeded || failed || finished || being_deleted) ended.push_back(pod);
    if (succeeded) {
      if (Indexed()) {
        if (HasValidIndex(*pod) && indexes.insert(*CompletionIndexOf(*pod)).second) ++noted;
      } else if (!noted_succeeded.contains(uid)) {
        AddUncountedPod(status(), "succeeded", uid);
        needs_flush_ = true;
        ++noted;
      }
    } else if ((failed || finished) && !noted_failed.contains(uid) && HasValidIndex(*pod) &&
               MatchFailurePolicy(*job_, *pod).counts) {
      AddUncountedPod(status(), "failed", uid);
      needs_flush_ = true;
      ++noted;
    }
    if (noted >= kUncountedPodsMax) break;
  }
  if (indexes.size() > counted_indexes_.size()) {
    SetCount(status(), "succeeded", static_cast<std::int64_t>(indexes.size()));
    status()["completedIndexes"] = FormatIndexes(indexes);
    needs_flush_ = true;
  }
  return ended;
}

void JobSync::Track(Condition finished) {
  std::set<std::string> with_finalizer;
  for (const JsonPtr& pod : pods_) {
    if (HasTrackingFinalizer(*pod)) with_finalizer.insert(UidOf(*pod));
  }
  if (CountPodsWithoutFinalizer(status(), with_finalizer)) needs_flush_ = true;
  if (Indexed()) {
    std::ranges::stable_sort(pods_, {}, [](const JsonPtr& pod) { return CompletionIndexOf(*pod).value_or(-1); });
  }
  const std::vector<JsonPtr> ended = NoteEndedPods(finished.has_value());
  if (finished && finished->type == "FailureTarget") {
    // Why the Job fails is written down before the pod that proves it may go.
    SetJobCondition(status(), *finished, now_);
    needs_flush_ = true;
    finished->type = "Failed";
  }
  if (needs_flush_ && !WriteStatus()) return;

  bool all_removed = true;
  for (const JsonPtr& pod : ended) {
    if (RemoveFinalizer(*pod)) {
      with_finalizer.erase(UidOf(*pod));
    } else {
      all_removed = false;
    }
  }
  if (CountPodsWithoutFinalizer(status(), with_finalizer)) needs_flush_ = true;
  if (all_removed && Finish(finished)) needs_flush_ = true;
  if (needs_flush_) WriteStatus();
  if (!all_removed) outcome_.failed = true;
}

bool JobSync::Finish(const Condition& finished) {
  if (!finished) return false;
  // Left over when there were more ended pods than one sync counts.
  if (!ObjectOf(status(), "uncountedTerminatedPods").empty()) return false;
  SetJobCondition(status(), *finished, now_);
  if (finished->type == "Complete") {
    const bool too_many =
        IsSet(spec(), "completions") && CountOf(status(), "succeeded") > IntegerOf(spec(), "completions").value_or(0);
    if (too_many) {
      pending_events_.push_back({.type = "Warning",
                                 .reason = "TooManySucceededPods",
                                 .message = "Too many succeeded pods running after completion count reached"});
    }
    status()["completionTime"] = mock_http::FormatRfc3339(now_);
    pending_events_.push_back({.type = "Normal", .reason = "Completed", .message = "Job completed"});
  } else {
    pending_events_.push_back({.type = "Warning", .reason = finished->reason, .message = finished->message});
  }
  return true;
}

bool JobSync::WriteStatus() {
  Result<JsonPtr> written = parts_.context.client.Update(parts_.job_kind, CopyWithStatus(*job_, status()), "status");
  if (!written) {
    // A Job that is gone needs no status.
    outcome_.failed = outcome_.failed || written.error().code != 404;
    pending_events_.clear();
    return false;
  }
  needs_flush_ = false;
  job_ = *std::move(written);
  status_ = ObjectOf(*job_, "status");
  SetDefault(status(), "uncountedTerminatedPods", Json::object());
  for (EventText& event : std::exchange(pending_events_, {})) {
    parts_.events.Record(parts_.context, parts_.job_kind, *job_, event);
  }
  return true;
}

}  // namespace mock_kubeapi
