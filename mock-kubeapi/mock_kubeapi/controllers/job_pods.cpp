// The part of JobSync that starts and deletes pods.
#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>
#include <utility>

#include "mock_kubeapi/controllers/job_sync.h"
#include "mock_kubeapi/controllers/owners.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr std::int64_t kPodsPerSyncMax = 500;

/// In the order in which pods are given up: those that have come the least far first.
auto RemovalRank(const Json& pod) {
  const Json& status = ObjectOf(pod, "status");
  const std::string& phase = TextOf(status, "phase");
  int phase_rank = 1;
  if (phase == "Pending") phase_rank = 0;
  if (phase == "Running") phase_rank = 2;
  bool ready = false;
  for (const Json& condition : ListOf(status, "conditions")) {
    if (TextOf(condition, "type") == "Ready") ready = TextOf(condition, "status") == "True";
  }
  std::int64_t restarts = 0;
  for (const Json& container : ListOf(status, "containerStatuses")) {
    restarts = std::max(restarts, IntegerOf(container, "restartCount").value_or(0));
  }
  return std::tuple(!TextOf(ObjectOf(pod, "spec"), "nodeName").empty(), phase_rank, ready, -restarts);
}

bool RemovedBefore(const JsonPtr& a, const JsonPtr& b) {
  const auto rank_a = RemovalRank(*a);
  const auto rank_b = RemovalRank(*b);
  if (rank_a != rank_b) return rank_a < rank_b;
  // Younger ones first.
  const std::string& created_a = TextOf(ObjectOf(*a, "metadata"), "creationTimestamp");
  const std::string& created_b = TextOf(ObjectOf(*b, "metadata"), "creationTimestamp");
  return created_a > created_b;
}

bool IsNamespaceTerminating(const ApiError& error) {
  for (const Json& cause : ListOf(error.details, "causes")) {
    if (TextOf(cause, "reason") == "NamespaceTerminating") return true;
  }
  return false;
}

}  // namespace

std::vector<JsonPtr> JobSync::PodsForRemoval(std::size_t at_least) const {
  std::vector<JsonPtr> removed;
  std::vector<JsonPtr> left = active_pods_;
  std::ranges::stable_sort(left, RemovedBefore);
  if (Indexed()) {
    // Of each index the pod that has come the furthest stays; pods without a valid one go.
    std::map<std::int64_t, JsonPtr> kept;
    for (const JsonPtr& pod : left) {
      if (!HasValidIndex(*pod)) {
        removed.push_back(pod);
        continue;
      }
      JsonPtr& best = kept[*CompletionIndexOf(*pod)];
      if (best != nullptr) removed.push_back(best);
      best = pod;
    }
    std::erase_if(left, [&](const JsonPtr& pod) { return std::ranges::find(removed, pod) != removed.end(); });
  }
  for (std::size_t i = 0; i < left.size() && removed.size() < at_least; ++i) removed.push_back(left[i]);
  return removed;
}

std::int64_t JobSync::ManagePods() {
  const auto active = static_cast<std::int64_t>(active_pods_.size());
  if (Suspended()) return -DeletePods(active_pods_, /*drop_finalizer=*/true);

  const std::int64_t parallelism = IntegerOf(spec(), "parallelism").value_or(0);
  std::int64_t wanted = parallelism;
  if (IsSet(spec(), "completions")) {
    wanted = std::clamp<std::int64_t>(Completions() - succeeded_, 0, parallelism);
  } else if (succeeded_ > 0) {
    // One success is enough; what still runs may go on.
    wanted = active;
  }
  std::vector<JsonPtr> surplus = PodsForRemoval(static_cast<std::size_t>(std::max<std::int64_t>(0, active - wanted)));
  if (!surplus.empty()) {
    if (surplus.size() > static_cast<std::size_t>(kPodsPerSyncMax)) {
      surplus.resize(static_cast<std::size_t>(kPodsPerSyncMax));
    }
    return -DeletePods(surplus, /*drop_finalizer=*/true);
  }
  if (active >= wanted) return 0;
  const auto start = PodStartTime();
  if (start && *start > now_) {
    outcome_.again_at = outcome_.again_at ? std::min(*outcome_.again_at, *start) : *start;
    return 0;
  }
  return CreatePods(std::min(wanted - active, kPodsPerSyncMax));
}

std::optional<mock_http::TimePoint> JobSync::PodStartTime() {
  PodEndings& endings = parts_.endings;
  for (const JsonPtr& pod : pods_) {
    const bool succeeded = TextOf(ObjectOf(*pod, "status"), "phase") == "Succeeded";
    const bool failed = !succeeded && IsPodFailed(*pod, *job_) && MatchFailurePolicy(*job_, *pod).counts;
    if (!succeeded && !failed) continue;
    endings.try_emplace(TextOf(ObjectOf(*pod, "metadata"), "uid"),
                        PodEnd{.time = FinishTimeOf(*pod).value_or(now_), .succeeded = succeeded});
  }
  PodEnds ends;
  for (const auto& [uid, end] : endings) (end.succeeded ? ends.succeeded : ends.failed).push_back(end.time);
  return NextPodStart(ends);
}

Json JobSync::PodFromTemplate(std::optional<std::int64_t> index) const {
  const Json& pod_template = ObjectOf(spec(), "template");
  const Json& template_metadata = ObjectOf(pod_template, "metadata");
  const Json& metadata = ObjectOf(*job_, "metadata");
  const std::string& job_name = TextOf(metadata, "name");
  Json pod = {{"metadata",
               {{"namespace", TextOf(metadata, "namespace")},
                {"generateName", index ? IndexedGenerateName(job_name, *index) : job_name + "-"},
                {"ownerReferences", Json::array({ControllerReference(parts_.job_kind, *job_)})}}},
              {"spec", ObjectOf(pod_template, "spec")}};
  Json& pod_metadata = pod["metadata"];
  for (const char* field : {"labels", "annotations", "finalizers"}) {
    if (const Json* value = FieldOf(template_metadata, field)) pod_metadata[field] = *value;
  }
  if (!HasTrackingFinalizer(pod)) pod_metadata["finalizers"].push_back(kTrackingFinalizer);
  if (index) {
    pod_metadata["annotations"][kCompletionIndexAnnotation] = std::to_string(*index);
    pod["spec"]["hostname"] = job_name + "-" + std::to_string(*index);
    AddCompletionIndexVariable(pod["spec"]);
  }
  return pod;
}

std::int64_t JobSync::CreatePods(std::int64_t count) {
  std::vector<std::optional<std::int64_t>> indexes(static_cast<std::size_t>(count));
  if (Indexed()) {
    const auto pending = FirstPendingIndexes(active_pods_, succeeded_indexes_, indexes.size(), Completions());
    indexes.assign(pending.begin(), pending.end());
  }
  std::int64_t created = 0;
  for (const std::optional<std::int64_t>& index : indexes) {
    const Result<JsonPtr> pod = parts_.context.client.Create(parts_.pod_kind, PodFromTemplate(index));
    if (!pod) {
      // Nothing can be created any more in a namespace that is going away, so trying again is no use.
      if (IsNamespaceTerminating(pod.error())) break;
      Event("Warning", "FailedCreate", "Error creating: " + pod.error().message);
      outcome_.failed = true;
      break;
    }
    ++created;
    Event("Normal", "SuccessfulCreate", "Created pod: " + TextOf(ObjectOf(**pod, "metadata"), "name"));
  }
  return created;
}

std::int64_t JobSync::DeletePods(const std::vector<JsonPtr>& pods, bool drop_finalizer) {
  std::int64_t deleted = 0;
  for (const JsonPtr& pod : pods) {
    const Json& metadata = ObjectOf(*pod, "metadata");
    const std::string& name = TextOf(metadata, "name");
    if (drop_finalizer && !RemoveFinalizer(*pod)) {
      outcome_.failed = true;
      continue;
    }
    const Result<void> result = parts_.context.client.Delete(parts_.pod_kind, TextOf(metadata, "namespace"), name, {});
    if (!result && result.error().code != 404) {
      Event("Warning", "FailedDelete", "Error deleting: " + result.error().message);
      outcome_.failed = true;
      continue;
    }
    ++deleted;
    if (result) Event("Normal", "SuccessfulDelete", "Deleted pod: " + name);
  }
  return deleted;
}

bool JobSync::RemoveFinalizer(const Json& pod) {
  const Json& metadata = ObjectOf(pod, "metadata");
  const JsonPtr stored = parts_.context.client.store().Get(
      {.resource = "pods", .namespace_name = TextOf(metadata, "namespace"), .name = TextOf(metadata, "name")});
  const bool is_gone = stored == nullptr || MetaText(*stored, "uid") != TextOf(metadata, "uid");
  if (is_gone || !HasTrackingFinalizer(*stored)) return true;
  Json changed = *stored;
  DropTrackingFinalizer(changed);
  const Result<JsonPtr> written = parts_.context.client.Update(parts_.pod_kind, std::move(changed), "");
  return written || written.error().code == 404;
}

}  // namespace mock_kubeapi
