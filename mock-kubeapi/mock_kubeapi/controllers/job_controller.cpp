#include "mock_kubeapi/controllers/job_controller.h"

#include <utility>

#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/selector.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kJobs = "jobs.batch";
constexpr std::string_view kPods = "pods";
// Queue keys: "j" or "o" (a pod without its Job) before "namespace/name".
constexpr char kJobKey = 'j';
constexpr char kOrphanKey = 'o';

std::string QueueKey(char kind, const std::string& key) {
  return kind + key;
}

/// The Job that the pod says controls it, where it still exists.
JsonPtr JobOf(const StoreReader& store, const Json& pod) {
  const Json* owner = ControllerOf(pod);
  if (owner == nullptr || TextOf(*owner, "kind") != "Job") return nullptr;
  JsonPtr job =
      store.Get({.resource = kJobs, .namespace_name = MetaText(pod, "namespace"), .name = TextOf(*owner, "name")});
  if (job == nullptr || MetaText(*job, "uid") != TextOf(*owner, "uid")) return nullptr;
  return job;
}

}  // namespace

JobController::JobController() : retries_({.first = kFirstPodBackoff, .longest = kLongestPodBackoff}) {}

void JobController::Observe(const Change& change) {
  if (change.resource == kJobs) {
    const Json& job = change.json();
    queue_.Add(QueueKey(kJobKey, KeyOf(job)));
  } else if (change.resource == kPods) {
    ObservePod(change);
  }
}

void JobController::ObservePod(const Change& change) {
  pods_.Observe(change);
  const Json& pod = change.json();
  const std::string pod_key = KeyOf(pod);
  const std::string namespace_name(MetaText(pod, "namespace"));
  for (const Json* state : {&pod, change.previous == nullptr ? nullptr : &change.previous->json()}) {
    const Json* owner = state == nullptr ? nullptr : ControllerOf(*state);
    if (owner == nullptr || TextOf(*owner, "kind") != "Job") continue;
    queue_.Add(QueueKey(kJobKey, namespace_name + "/" + TextOf(*owner, "name")));
  }
  if (change.type != ChangeType::kDeleted && HasTrackingFinalizer(pod)) {
    queue_.Add(QueueKey(kOrphanKey, pod_key));
  }
}

void JobController::Start(const StoreReader& store) {
  started_ = true;
  pods_ = {};
  for (const JsonPtr& pod : store.List(kPods)) {
    pods_.Add(*pod);
    if (HasTrackingFinalizer(*pod)) queue_.Add(QueueKey(kOrphanKey, KeyOf(*pod)));
  }
  for (const JsonPtr& job : store.List(kJobs)) queue_.Add(QueueKey(kJobKey, KeyOf(*job)));
}

bool JobController::Step(ControllerContext& context) {
  if (!started_) Start(context.client.store());
  const std::optional<std::string> entry = queue_.Take(context.clock.Now());
  if (!entry) return false;
  if (kinds_.job == nullptr) {
    kinds_ = {.job = context.client.FindKind({.group = "batch", .version = "v1", .resource = "jobs"}),
              .pod = context.client.FindKind({.group = "", .version = "v1", .resource = "pods"})};
  }
  const std::string key = entry->substr(1);
  const bool done = entry->front() == kJobKey ? SyncJob(context, key) : SyncOrphan(context, key);
  if (done) {
    retries_.Forget(*entry);
  } else {
    queue_.AddAt(*entry, context.clock.Now() + retries_.Next(*entry));
  }
  return true;
}

std::optional<mock_http::TimePoint> JobController::NextDue() const {
  return queue_.NextDue();
}

bool JobController::SyncJob(ControllerContext& context, const std::string& key) {
  const NamespacedName name = SplitKey(key);
  const JsonPtr job =
      context.client.store().Get({.resource = kJobs, .namespace_name = name.namespace_name, .name = name.name});
  if (job == nullptr || FinishedAs(*job)) {
    memory_.erase(key);
    return true;
  }
  std::optional<std::vector<JsonPtr>> pods = ClaimPods(context, *job);
  if (!pods) return false;
  Memory& memory = memory_[key];
  const std::string uid(MetaText(*job, "uid"));
  if (memory.uid != uid) memory = {.uid = uid, .endings = {}};
  JobSync sync({.context = context,
                .events = events_,
                .job_kind = *kinds_.job,
                .pod_kind = *kinds_.pod,
                .endings = memory.endings},
               job, *std::move(pods));
  const JobSync::Outcome outcome = sync.Run();
  if (outcome.again_at) queue_.AddAt(QueueKey(kJobKey, key), *outcome.again_at);
  return !outcome.failed;
}

std::optional<std::vector<JsonPtr>> JobController::ClaimPods(ControllerContext& context, const Json& job) {
  const StoreReader& store = context.client.store();
  const Json* selector = FieldOf(ObjectOf(job, "spec"), "selector");
  const std::string uid(MetaText(job, "uid"));
  const std::string namespace_name(MetaText(job, "namespace"));
  const bool being_deleted = IsSet(ObjectOf(job, "metadata"), "deletionTimestamp");
  const auto load = [&](const std::string& pod_key) {
    const NamespacedName name = SplitKey(pod_key);
    return store.Get({.resource = kPods, .namespace_name = name.namespace_name, .name = name.name});
  };
  const auto matches = [&](const Json& pod) {
    return SelectorMatches(selector, ObjectOf(ObjectOf(pod, "metadata"), "labels"));
  };

  std::vector<JsonPtr> claimed;
  // Copies: adopting and releasing change the index.
  const std::set<std::string> controlled = pods_.Of(uid);
  for (const std::string& pod_key : controlled) {
    const JsonPtr pod = load(pod_key);
    if (pod == nullptr) continue;
    if (being_deleted || matches(*pod)) {
      claimed.push_back(pod);
    } else if (!Release(context, job, *pod)) {
      return std::nullopt;
    }
  }
  if (being_deleted) return claimed;
  const std::set<std::string>& free = pods_.Of("");
  const std::string prefix = namespace_name + "/";
  std::vector<std::string> candidates;
  for (auto at = free.lower_bound(prefix); at != free.end() && at->starts_with(prefix); ++at) {
    candidates.push_back(*at);
  }
  for (const std::string& pod_key : candidates) {
    const JsonPtr pod = load(pod_key);
    if (pod == nullptr || !matches(*pod) || IsSet(ObjectOf(*pod, "metadata"), "deletionTimestamp")) continue;
    if (!Adopt(context, job, *pod)) return std::nullopt;
    if (const JsonPtr adopted = load(pod_key)) claimed.push_back(adopted);
  }
  return claimed;
}

bool JobController::Adopt(ControllerContext& context, const Json& job, const Json& pod) {
  Json adopted = pod;
  adopted["metadata"]["ownerReferences"].push_back(ControllerReference(*kinds_.job, job));
  if (!HasTrackingFinalizer(adopted)) adopted["metadata"]["finalizers"].push_back(kTrackingFinalizer);
  const Result<JsonPtr> written = context.client.Update(*kinds_.pod, std::move(adopted), "");
  return written || written.error().code == 404;
}

bool JobController::Release(ControllerContext& context, const Json& job, const Json& pod) {
  Json released = pod;
  Json kept = Json::array();
  for (const Json& owner : ListOf(ObjectOf(pod, "metadata"), "ownerReferences")) {
    if (TextOf(owner, "uid") != MetaText(job, "uid")) kept.push_back(owner);
  }
  if (kept.empty()) {
    released["metadata"].erase("ownerReferences");
  } else {
    released["metadata"]["ownerReferences"] = std::move(kept);
  }
  DropTrackingFinalizer(released);
  const Result<JsonPtr> written = context.client.Update(*kinds_.pod, std::move(released), "");
  return written || written.error().code == 404;
}

bool JobController::SyncOrphan(ControllerContext& context, const std::string& key) {
  const StoreReader& store = context.client.store();
  const NamespacedName name = SplitKey(key);
  const JsonPtr pod = store.Get({.resource = kPods, .namespace_name = name.namespace_name, .name = name.name});
  if (pod == nullptr || !HasTrackingFinalizer(*pod)) return true;
  const JsonPtr job = JobOf(store, *pod);
  if (job != nullptr && !FinishedAs(*job)) return true;
  Json freed = *pod;
  DropTrackingFinalizer(freed);
  const Result<JsonPtr> written = context.client.Update(*kinds_.pod, std::move(freed), "");
  return written || written.error().code == 404;
}

}  // namespace mock_kubeapi
