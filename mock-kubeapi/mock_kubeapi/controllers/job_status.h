// The status of a Job as its controller keeps it: conditions, counters, and the pods that have ended but are not
// counted yet. A pod is counted once and only once: it is noted in uncountedTerminatedPods, then its finalizer is
// removed, then the counter grows; a crash between two of these steps loses nothing. Source:
// pkg/controller/job/job_controller.go (release 1.26).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "mock_http/clock.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

inline constexpr const char* kTrackingFinalizer = "batch.kubernetes.io/job-tracking";

struct JobCondition {
  std::string type;  ///< "Complete", "Failed", "FailureTarget", "Suspended"
  std::string status = "True";
  std::string reason;
  std::string message;
};

/// The condition of that type; null when there is none.
const Json* FindJobCondition(const Json& status, std::string_view type);
/// Sets the condition; one that would be new and not "True" is left out. Whether anything changed.
bool SetJobCondition(Json& status, const JobCondition& condition, mock_http::TimePoint now);

/// "Complete" or "Failed" where the Job has ended; nullopt else.
std::optional<std::string> FinishedAs(const Json& job);
/// When it ended.
std::optional<mock_http::TimePoint> FinishedAt(const Json& job);

std::int64_t CountOf(const Json& status, std::string_view name);
/// Sets a counter; zero is left out, as the API shows it.
void SetCount(Json& status, std::string_view name, std::int64_t count);

/// The uids in uncountedTerminatedPods.NAME ("succeeded" or "failed").
std::set<std::string> UncountedPods(const Json& status, std::string_view name);
void AddUncountedPod(Json& status, std::string_view name, const std::string& uid);
/// Moves uids that are not in `with_finalizer` from uncountedTerminatedPods into the counters. Whether there were any.
bool CountPodsWithoutFinalizer(Json& status, const std::set<std::string>& with_finalizer);

bool HasTrackingFinalizer(const Json& pod);
/// Removes the finalizer, in place.
void DropTrackingFinalizer(Json& pod);

}  // namespace mock_kubeapi
