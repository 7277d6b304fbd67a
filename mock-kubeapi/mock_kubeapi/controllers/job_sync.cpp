#include "mock_kubeapi/controllers/job_sync.h"

#include <algorithm>
#include <utility>

#include "mock_kubeapi/controllers/owners.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi {
namespace {

using mock_http::TimePoint;
using std::chrono::seconds;

const std::string& PhaseOf(const Json& pod) {
  return TextOf(ObjectOf(pod, "status"), "phase");
}

bool IsActive(const Json& pod) {
  const std::string& phase = PhaseOf(pod);
  return phase != "Succeeded" && phase != "Failed" && !IsSet(ObjectOf(pod, "metadata"), "deletionTimestamp");
}

bool IsReady(const Json& pod) {
  return std::ranges::any_of(ListOf(ObjectOf(pod, "status"), "conditions"), [](const Json& condition) {
    return TextOf(condition, "type") == "Ready" && TextOf(condition, "status") == "True";
  });
}

}  // namespace

JobSync::JobSync(const JobSyncParts& parts, JsonPtr job, std::vector<JsonPtr> pods)
    : parts_(parts),
      now_(parts.context.clock.Now()),
      job_(std::move(job)),
      status_(ObjectOf(*job_, "status")),
      pods_(std::move(pods)) {}

const Json& JobSync::spec() const {
  return ObjectOf(*job_, "spec");
}

bool JobSync::Suspended() const {
  return IsTrue(spec(), "suspend");
}

bool JobSync::Indexed() const {
  return TextOf(spec(), "completionMode") == "Indexed";
}

std::int64_t JobSync::Completions() const {
  return IntegerOf(spec(), "completions").value_or(0);
}

bool JobSync::HasValidIndex(const Json& pod) const {
  if (!Indexed()) return true;
  const auto index = CompletionIndexOf(pod);
  return index && *index < Completions();
}

template <class Filter>
std::vector<JsonPtr> JobSync::NewlyEnded(const std::set<std::string>& noted, Filter filter) const {
  std::vector<JsonPtr> ended;
  for (const JsonPtr& pod : pods_) {
    if (HasTrackingFinalizer(*pod) && !noted.contains(UidOf(*pod)) && HasValidIndex(*pod) && filter(*pod)) {
      ended.push_back(pod);
    }
  }
  return ended;
}

void JobSync::Survey() {
  SetDefault(status(), "uncountedTerminatedPods", Json::object());
  const std::set<std::string> noted_succeeded = UncountedPods(status(), "succeeded");
  const std::set<std::string> noted_failed = UncountedPods(status(), "failed");
  std::ranges::copy_if(pods_, std::back_inserter(active_pods_), [](const JsonPtr& pod) { return IsActive(*pod); });
  new_succeeded_ = NewlyEnded(noted_succeeded, [](const Json& pod) { return PhaseOf(pod) == "Succeeded"; });
  new_failed_ = NewlyEnded(noted_failed, [this](const Json& pod) {
    return IsPodFailed(pod, *job_) && MatchFailurePolicy(*job_, pod).counts;
  });
  const auto total = [this](const char* name, const std::vector<JsonPtr>& fresh, const std::set<std::string>& noted) {
    return CountOf(status(), name) + static_cast<std::int64_t>(fresh.size() + noted.size());
  };
  succeeded_ = total("succeeded", new_succeeded_, noted_succeeded);
  failed_ = total("failed", new_failed_, noted_failed);
  if (Indexed()) {
    counted_indexes_ = ParseIndexes(TextOf(status(), "completedIndexes"), Completions());
    succeeded_indexes_ = counted_indexes_;
    for (const JsonPtr& pod : new_succeeded_) succeeded_indexes_.insert(*CompletionIndexOf(*pod));
    succeeded_ = static_cast<std::int64_t>(succeeded_indexes_.size());
  }
}

bool JobSync::RestartsExceedLimit() const {
  if (TextOf(ObjectOf(ObjectOf(spec(), "template"), "spec"), "restartPolicy") != "OnFailure") return false;
  std::int64_t restarts = 0;
  for (const JsonPtr& pod : pods_) {
    if (PhaseOf(*pod) != "Running" && PhaseOf(*pod) != "Pending") continue;
    for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
      for (const Json& each : ListOf(ObjectOf(*pod, "status"), list)) {
        restarts += IntegerOf(each, "restartCount").value_or(0);
      }
    }
  }
  const std::int64_t limit = IntegerOf(spec(), "backoffLimit").value_or(0);
  return limit == 0 ? restarts > 0 : restarts >= limit;
}

JobSync::Condition JobSync::FindFailure() {
  if (const Json* target = FindJobCondition(status(), "FailureTarget")) {
    return JobCondition{.type = "Failed", .reason = TextOf(*target, "reason"), .message = TextOf(*target, "message")};
  }
  for (const JsonPtr& pod : pods_) {
    // Pods that were counted before this sync have had their chance.
    if (!HasTrackingFinalizer(*pod) || !IsPodFailed(*pod, *job_)) continue;
    FailureVerdict verdict = MatchFailurePolicy(*job_, *pod);
    if (!verdict.job_failure) continue;
    return JobCondition{
        .type = "FailureTarget", .reason = "PodFailurePolicy", .message = *std::move(verdict.job_failure)};
  }
  const bool new_failure = failed_ > CountOf(status(), "failed");
  const auto active = static_cast<std::int64_t>(active_pods_.size());
  const bool exceeds_limit = new_failure && active != IntegerOf(spec(), "parallelism").value_or(0) &&
                             failed_ > IntegerOf(spec(), "backoffLimit").value_or(0);
  if (exceeds_limit || RestartsExceedLimit()) {
    return JobCondition{
        .type = "Failed", .reason = "BackoffLimitExceeded", .message = "Job has reached the specified backoff limit"};
  }
  const auto deadline = IntegerOf(spec(), "activeDeadlineSeconds");
  const auto start = ParseRfc3339(TextOf(status(), "startTime"));
  if (!deadline || !start || Suspended()) return std::nullopt;
  const TimePoint due = *start + seconds{*deadline};
  if (now_ >= due) {
    return JobCondition{
        .type = "Failed", .reason = "DeadlineExceeded", .message = "Job was active longer than specified deadline"};
  }
  outcome_.again_at = due;
  return std::nullopt;
}

bool JobSync::IsComplete(std::int64_t active) const {
  if (active != 0) return false;
  // Without a number of completions any success completes the Job once nothing runs any more.
  return IsSet(spec(), "completions") ? succeeded_ >= Completions() : succeeded_ > 0;
}

void JobSync::UpdateSuspendedCondition() {
  JobCondition condition{.type = "Suspended", .reason = "JobSuspended", .message = "Job suspended"};
  if (!Suspended()) {
    condition = {.type = "Suspended", .status = "False", .reason = "JobResumed", .message = "Job resumed"};
  }
  if (!SetJobCondition(status(), condition, now_)) return;
  needs_flush_ = true;
  if (Suspended()) {
    pending_events_.push_back({.type = "Normal", .reason = "Suspended", .message = condition.message});
  } else {
    pending_events_.push_back({.type = "Normal", .reason = "Resumed", .message = condition.message});
    // The deadline counts from here.
    status()["startTime"] = mock_http::FormatRfc3339(now_);
  }
}

JobSync::Outcome JobSync::Run() {
  Survey();
  if (TextOf(status(), "startTime").empty() && !Suspended()) {
    status()["startTime"] = mock_http::FormatRfc3339(now_);
  }
  auto active = static_cast<std::int64_t>(active_pods_.size());
  const auto ready = std::ranges::count_if(active_pods_, [](const JsonPtr& pod) { return IsReady(*pod); });
  const bool being_deleted = IsSet(ObjectOf(*job_, "metadata"), "deletionTimestamp");

  Condition finished = FindFailure();
  if (finished) {
    const std::int64_t deleted = DeletePods(active_pods_, /*drop_finalizer=*/false);
    if (deleted != active) {
      // Not to be declared as ended while pods may still run.
      finished.reset();
      outcome_.failed = true;
    }
    active -= deleted;
  } else {
    if (!being_deleted) active += ManagePods();
    if (IsComplete(active)) {
      finished = JobCondition{.type = "Complete"};
    } else if (!being_deleted) {
      UpdateSuspendedCondition();
    }
  }
  if (active != CountOf(status(), "active") || IntegerOf(status(), "ready") != ready) needs_flush_ = true;
  SetCount(status(), "active", active);
  status()["ready"] = ready;
  Track(std::move(finished));
  return outcome_;
}

void JobSync::Event(std::string_view type, std::string_view reason, std::string message) {
  parts_.events.Record(parts_.context, parts_.job_kind, *job_,
                       {.type = type, .reason = std::string(reason), .message = std::move(message)});
}

}  // namespace mock_kubeapi
