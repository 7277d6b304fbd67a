// What a failed pod means for its Job: the pod failure policy, and the delay before the next try.
// Sources: pkg/controller/job/{pod_failure_policy,backoff_utils}.go; 10 s doubling to 6 min (release 1.26).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mock_http/clock.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

inline constexpr std::chrono::seconds kFirstPodBackoff{10};
inline constexpr std::chrono::seconds kLongestPodBackoff{360};

/// Whether the pod counts as failed: also one that is being deleted, unless the Job has a pod failure policy, which
/// waits for the last word of a pod that is on a node.
bool IsPodFailed(const Json& pod, const Json& job);

struct FailureVerdict {
  /// Set where a FailJob rule matches: why the Job fails.
  std::optional<std::string> job_failure;
  /// Whether the failure counts towards backoffLimit.
  bool counts = true;
};
/// What the first rule that matches says of a failed pod; without any it counts.
FailureVerdict MatchFailurePolicy(const Json& job, const Json& pod);

/// When the pod's last container ended; nullopt where its status does not say.
std::optional<mock_http::TimePoint> FinishTimeOf(const Json& pod);

/// When pods ended that count towards the delay.
struct PodEnds {
  std::vector<mock_http::TimePoint> failed;
  std::vector<mock_http::TimePoint> succeeded;
};
/// When the Job may start pods again: a delay after the last failure that doubles with each failure since the last
/// success. nullopt where there is nothing to wait for.
std::optional<mock_http::TimePoint> NextPodStart(const PodEnds& ends);

}  // namespace mock_kubeapi
