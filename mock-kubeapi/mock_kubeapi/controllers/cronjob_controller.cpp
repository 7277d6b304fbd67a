#include "mock_kubeapi/controllers/cronjob_controller.h"

#include <chrono>
#include <utility>

#include "mock_kubeapi/controllers/cronjob_sync.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kCronJobs = "cronjobs.batch";
constexpr std::string_view kJobsOfCronJobs = "jobs.batch";

}  // namespace

CronJobController::CronJobController()
    : retries_({.first = std::chrono::milliseconds{5}, .longest = std::chrono::seconds{1000}}) {}

void CronJobController::Observe(const Change& change) {
  if (change.resource == kCronJobs) {
    queue_.Add(KeyOf(change.json()));
    return;
  }
  if (change.resource != kJobsOfCronJobs) return;
  jobs_.Observe(change);
  for (const Json* state : {&change.json(), change.previous == nullptr ? nullptr : &change.previous->json()}) {
    const Json* owner = state == nullptr ? nullptr : ControllerOf(*state);
    if (owner == nullptr || TextOf(*owner, "kind") != "CronJob") continue;
    queue_.Add(std::string(MetaText(*state, "namespace")) + "/" + TextOf(*owner, "name"));
  }
}

void CronJobController::Start(const StoreReader& store) {
  started_ = true;
  jobs_ = {};
  for (const JsonPtr& job : store.List(kJobsOfCronJobs)) jobs_.Add(*job);
  for (const JsonPtr& cronjob : store.List(kCronJobs)) queue_.Add(KeyOf(*cronjob));
}

bool CronJobController::Step(ControllerContext& context) {
  if (!started_) Start(context.client.store());
  const std::optional<std::string> key = queue_.Take(context.clock.Now());
  if (!key) return false;
  if (cronjob_kind_ == nullptr) {
    cronjob_kind_ = context.client.FindKind({.group = "batch", .version = "v1", .resource = "cronjobs"});
    job_kind_ = context.client.FindKind({.group = "batch", .version = "v1", .resource = "jobs"});
  }
  if (Sync(context, *key)) {
    retries_.Forget(*key);
  } else {
    queue_.AddAt(*key, context.clock.Now() + retries_.Next(*key));
  }
  return true;
}

const std::expected<cron::Schedule, std::string>& CronJobController::ScheduleOf(const std::string& key,
                                                                                const std::string& text) {
  const auto known = schedules_.find(key);
  if (known != schedules_.end() && known->second.text == text) return known->second.schedule;
  return schedules_.insert_or_assign(key, Parsed{.text = text, .schedule = cron::Schedule::Parse(text)})
      .first->second.schedule;
}

bool CronJobController::Sync(ControllerContext& context, const std::string& key) {
  const NamespacedName name = SplitKey(key);
  const StoreReader& store = context.client.store();
  const JsonPtr cronjob = store.Get({.resource = kCronJobs, .namespace_name = name.namespace_name, .name = name.name});
  if (cronjob == nullptr) {
    schedules_.erase(key);
    return true;
  }
  std::vector<JsonPtr> jobs;
  for (const std::string& job_key : jobs_.Of(std::string(MetaText(*cronjob, "uid")))) {
    const NamespacedName job_name = SplitKey(job_key);
    JsonPtr job =
        store.Get({.resource = kJobsOfCronJobs, .namespace_name = job_name.namespace_name, .name = job_name.name});
    if (job != nullptr) jobs.push_back(std::move(job));
  }
  CronJobSync sync({.context = context, .events = events_, .cronjob_kind = *cronjob_kind_, .job_kind = *job_kind_},
                   cronjob, std::move(jobs), ScheduleOf(key, ScheduleText(*cronjob)));
  const CronJobSync::Outcome outcome = sync.Run();
  if (outcome.again_at) queue_.AddAt(key, *outcome.again_at);
  return !outcome.failed;
}

}  // namespace mock_kubeapi
