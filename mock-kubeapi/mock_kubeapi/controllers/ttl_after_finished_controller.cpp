#include "mock_kubeapi/controllers/ttl_after_finished_controller.h"

#include <chrono>

#include "mock_kubeapi/controllers/job_status.h"
#include "mock_kubeapi/controllers/owners.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kExpiringJobs = "jobs.batch";

bool Expires(const Json& job) {
  return IsSet(ObjectOf(job, "spec"), "ttlSecondsAfterFinished") && FinishedAs(job).has_value();
}

}  // namespace

TtlAfterFinishedController::TtlAfterFinishedController()
    : retries_({.first = std::chrono::milliseconds{5}, .longest = std::chrono::seconds{1000}}) {}

void TtlAfterFinishedController::Observe(const Change& change) {
  if (change.resource != kExpiringJobs || change.type == ChangeType::kDeleted) return;
  if (Expires(change.json())) queue_.Add(KeyOf(change.json()));
}

bool TtlAfterFinishedController::Step(ControllerContext& context) {
  if (!started_) {
    started_ = true;
    for (const JsonPtr& job : context.client.store().List(kExpiringJobs)) {
      if (Expires(*job)) queue_.Add(KeyOf(*job));
    }
  }
  const std::optional<std::string> key = queue_.Take(context.clock.Now());
  if (!key) return false;
  if (Sync(context, *key)) {
    retries_.Forget(*key);
  } else {
    queue_.AddAt(*key, context.clock.Now() + retries_.Next(*key));
  }
  return true;
}

bool TtlAfterFinishedController::Sync(ControllerContext& context, const std::string& key) {
  const NamespacedName name = SplitKey(key);
  const JsonPtr job =
      context.client.store().Get({.resource = kExpiringJobs, .namespace_name = name.namespace_name, .name = name.name});
  if (job == nullptr || !Expires(*job) || IsSet(ObjectOf(*job, "metadata"), "deletionTimestamp")) return true;
  const auto finished = FinishedAt(*job);
  if (!finished) return true;
  const auto ttl = IntegerOf(ObjectOf(*job, "spec"), "ttlSecondsAfterFinished").value_or(0);
  const mock_http::TimePoint due = *finished + std::chrono::seconds{ttl};
  if (due > context.clock.Now()) {
    queue_.AddAt(key, due);
    return true;
  }
  const KindPtr kind = context.client.FindKind({.group = "batch", .version = "v1", .resource = "jobs"});
  const Result<void> deleted =
      context.client.Delete(*kind, name.namespace_name, name.name,
                            {.propagation_policy = "Foreground", .uid = std::string(MetaText(*job, "uid"))});
  return deleted || deleted.error().code == 404;
}

}  // namespace mock_kubeapi
