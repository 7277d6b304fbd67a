#include "mock_kubeapi/controllers/pod_failures.h"

#include <fmt/format.h>

#include <algorithm>

#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi {
namespace {

using mock_http::TimePoint;

bool CodeMatches(const Json& requirement, std::int64_t code) {
  const Json& values = ListOf(requirement, "values");
  const bool listed = std::ranges::find(values, Json(code)) != values.end();
  return TextOf(requirement, "operator") == "In" ? listed : !listed;
}

/// The first ended container that the requirement is about.
const Json* FindContainer(const Json& pod, const Json& requirement) {
  const Json* wanted = FieldOf(requirement, "containerName");
  for (const char* list : {"containerStatuses", "initContainerStatuses"}) {
    for (const Json& status : ListOf(ObjectOf(pod, "status"), list)) {
      const Json* ended = FieldAt(status, "state", "terminated");
      if (ended == nullptr || (wanted != nullptr && *wanted != TextOf(status, "name"))) continue;
      const std::int64_t code = IntegerOf(*ended, "exitCode").value_or(0);
      if (code != 0 && CodeMatches(requirement, code)) return &status;
    }
  }
  return nullptr;
}

/// The first of the pod's conditions that a pattern names.
const Json* FindCondition(const Json& pod, const Json& patterns) {
  for (const Json& condition : ListOf(ObjectOf(pod, "status"), "conditions")) {
    for (const Json& pattern : patterns) {
      if (TextOf(condition, "type") == TextOf(pattern, "type") &&
          TextOf(condition, "status") == TextOf(pattern, "status")) {
        return &condition;
      }
    }
  }
  return nullptr;
}

/// How the pod meets a rule, in the words of the Job's condition; nullopt when it does not.
std::optional<std::string> MatchRule(const Json& rule, const Json& pod) {
  const Json& metadata = ObjectOf(pod, "metadata");
  const std::string where = TextOf(metadata, "namespace") + "/" + TextOf(metadata, "name");
  if (const Json* requirement = FieldOf(rule, "onExitCodes")) {
    const Json* container = FindContainer(pod, *requirement);
    if (container == nullptr) return std::nullopt;
    return fmt::format("Container {} for pod {} failed with exit code {}", TextOf(*container, "name"), where,
                       IntegerOf(*FieldAt(*container, "state", "terminated"), "exitCode").value_or(0));
  }
  const Json* condition = FindCondition(pod, ListOf(rule, "onPodConditions"));
  if (condition == nullptr) return std::nullopt;
  return fmt::format("Pod {} has condition {}", where, TextOf(*condition, "type"));
}

}  // namespace

bool IsPodFailed(const Json& pod, const Json& job) {
  const std::string& phase = TextOf(ObjectOf(pod, "status"), "phase");
  if (phase == "Failed") return true;
  const bool on_a_node = !TextOf(ObjectOf(pod, "spec"), "nodeName").empty();
  if (on_a_node && IsSet(ObjectOf(job, "spec"), "podFailurePolicy")) return false;
  return phase != "Succeeded" && IsSet(ObjectOf(pod, "metadata"), "deletionTimestamp");
}

FailureVerdict MatchFailurePolicy(const Json& job, const Json& pod) {
  const Json* policy = FieldOf(ObjectOf(job, "spec"), "podFailurePolicy");
  if (policy == nullptr) return {};
  const Json& rules = ListOf(*policy, "rules");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::optional<std::string> match = MatchRule(rules[i], pod);
    if (!match) continue;
    const std::string& action = TextOf(rules[i], "action");
    if (action == "Ignore") return {.job_failure = {}, .counts = false};
    if (action == "Count") return {};
    if (action == "FailJob") {
      return {.job_failure = fmt::format("{} matching {} rule at index {}", *match, action, i), .counts = true};
    }
  }
  return {};
}

std::optional<TimePoint> FinishTimeOf(const Json& pod) {
  std::optional<TimePoint> latest;
  for (const Json& status : ListOf(ObjectOf(pod, "status"), "containerStatuses")) {
    const Json* ended = FieldAt(status, "state", "terminated");
    if (ended == nullptr) return std::nullopt;
    const auto finished = ParseRfc3339(TextOf(*ended, "finishedAt"));
    if (!finished) return std::nullopt;
    latest = std::max(latest.value_or(*finished), *finished);
  }
  return latest;
}

std::optional<TimePoint> NextPodStart(const PodEnds& ends) {
  const TimePoint last_success = ends.succeeded.empty() ? TimePoint::min() : *std::ranges::max_element(ends.succeeded);
  const auto failures = std::ranges::count_if(ends.failed, [&](TimePoint end) { return end > last_success; });
  if (failures == 0) return std::nullopt;
  std::chrono::seconds delay = kFirstPodBackoff;
  for (std::ptrdiff_t i = 1; i < failures && delay < kLongestPodBackoff; ++i) delay *= 2;
  return *std::ranges::max_element(ends.failed) + std::min(delay, kLongestPodBackoff);
}

}  // namespace mock_kubeapi
