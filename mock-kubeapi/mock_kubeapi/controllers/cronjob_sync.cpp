#include "mock_kubeapi/controllers/cronjob_sync.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <utility>

#include "mock_kubeapi/controllers/cron/time_zone.h"
#include "mock_kubeapi/controllers/job_status.h"
#include "mock_kubeapi/controllers/owners.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi {
namespace {

using cron::sys_seconds;
using mock_http::TimePoint;
using std::chrono::seconds;

const std::string& NameOf(const Json& object) {
  return TextOf(ObjectOf(object, "metadata"), "name");
}

/// As Go's time.RFC1123Z: "Mon, 01 Jan 2024 01:06:00 +0000".
std::string Rfc1123(sys_seconds time) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[std::chrono::weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

bool HasCause(const ApiError& error, std::string_view reason) {
  return std::ranges::any_of(ListOf(error.details, "causes"),
                             [&](const Json& cause) { return TextOf(cause, "reason") == reason; });
}

/// Earlier starts first; Jobs that have not started last.
bool StartedBefore(const JsonPtr& a, const JsonPtr& b) {
  const std::string& start_a = TextOf(ObjectOf(*a, "status"), "startTime");
  const std::string& start_b = TextOf(ObjectOf(*b, "status"), "startTime");
  if (start_a.empty() != start_b.empty()) return start_b.empty();
  if (start_a != start_b) return start_a < start_b;
  return NameOf(*a) < NameOf(*b);
}

}  // namespace

std::string ScheduleText(const Json& cronjob) {
  const Json& spec = ObjectOf(cronjob, "spec");
  const std::string& schedule = TextOf(spec, "schedule");
  const std::string& zone = TextOf(spec, "timeZone");
  if (zone.empty() || schedule.find("TZ") != std::string::npos) return schedule;
  return fmt::format("TZ={} {}", zone, schedule);
}

CronJobSync::CronJobSync(const CronJobSyncParts& parts, JsonPtr cronjob, std::vector<JsonPtr> jobs,
                         const std::expected<cron::Schedule, std::string>& schedule)
    : parts_(parts),
      now_(parts.context.clock.Now()),
      cronjob_(std::move(cronjob)),
      status_(ObjectOf(*cronjob_, "status")),
      jobs_(std::move(jobs)),
      schedule_(schedule) {}

const Json& CronJobSync::spec() const {
  return ObjectOf(*cronjob_, "spec");
}

CronJobSync::Outcome CronJobSync::Run() {
  ReviewJobs();
  ForgetMissingJobs();
  if (!IsSet(ObjectOf(*cronjob_, "metadata"), "deletionTimestamp")) StartDueJob();
  if (!outcome_.failed) {
    DeleteOldJobs("Complete", "successfulJobsHistoryLimit");
    DeleteOldJobs("Failed", "failedJobsHistoryLimit");
  }
  WriteStatus();
  return outcome_;
}

void CronJobSync::ReviewJobs() {
  // Sets: both lists are long where Jobs pile up.
  std::set<std::string> active;
  for (const Json& reference : ListOf(status(), "active")) active.insert(TextOf(reference, "uid"));
  for (const JsonPtr& job : jobs_) {
    const bool was_active = active.contains(UidOf(*job));
    const std::optional<std::string> result = FinishedAs(*job);
    if (result) {
      ReviewFinishedJob(*job, *result, was_active);
    } else if (!was_active) {
      Event("Warning", "UnexpectedJob", "Saw a job that the controller did not create or forgot: " + NameOf(*job));
    }
  }
}

void CronJobSync::ReviewFinishedJob(const Json& job, const std::string& result, bool was_active) {
  if (was_active) {
    RemoveActive(UidOf(job));
    Event("Normal", "SawCompletedJob", fmt::format("Saw completed job: {}, status: {}", NameOf(job), result));
  }
  const std::string& completed = TextOf(ObjectOf(job, "status"), "completionTime");
  // RFC 3339 in UTC sorts as text.
  if (completed > TextOf(status(), "lastSuccessfulTime")) status()["lastSuccessfulTime"] = completed;
}

void CronJobSync::ForgetMissingJobs() {
  std::set<std::string> owned;
  for (const JsonPtr& job : jobs_) owned.insert(UidOf(*job));
  const Json active = ListOf(status(), "active");
  for (const Json& reference : active) {
    const std::string& uid = TextOf(reference, "uid");
    if (owned.contains(uid)) continue;
    const JsonPtr job = parts_.context.client.store().Get({.resource = "jobs.batch",
                                                           .namespace_name = TextOf(reference, "namespace"),
                                                           .name = TextOf(reference, "name")});
    if (job != nullptr) continue;
    Event("Normal", "MissingJob", "Active job went missing: " + TextOf(reference, "name"));
    RemoveActive(uid);
  }
}

cron::DueInput CronJobSync::DueInputNow() const {
  cron::DueInput input{.now = now_};
  input.created = ParseRfc3339(TextOf(ObjectOf(*cronjob_, "metadata"), "creationTimestamp")).value_or(now_);
  input.last_scheduled = ParseRfc3339(TextOf(status_, "lastScheduleTime"));
  if (const auto deadline = IntegerOf(spec(), "startingDeadlineSeconds")) input.starting_deadline = seconds{*deadline};
  return input;
}

void CronJobSync::StartDueJob() {
  const std::string& schedule_text = TextOf(spec(), "schedule");
  const std::string& zone = TextOf(spec(), "timeZone");
  if (const auto loaded = cron::TimeZone::Load(zone); !loaded) {
    Event("Warning", "UnknownTimeZone", fmt::format("invalid timeZone: {}: {}", GoQuote(zone), loaded.error()));
    return;
  }
  if (IsTrue(spec(), "suspend")) return;
  if (schedule_text.find("TZ") != std::string::npos) {
    Event("Warning", "UnsupportedSchedule",
          fmt::format("CRON_TZ or TZ used in schedule {} is not officially supported, see "
                      "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details",
                      GoQuote(schedule_text)));
  }
  if (!schedule_) {
    Event("Warning", "UnparseableSchedule",
          fmt::format("unparseable schedule: {} : {}", GoQuote(schedule_text), schedule_.error()));
    return;
  }
  const cron::Due due = cron::FindDue(*schedule_, DueInputNow());
  if (due.invalid) {
    Event("Warning", "InvalidSchedule",
          fmt::format("invalid schedule: {} : time difference between two schedules is less than 1 second",
                      schedule_text));
    return;
  }
  if (due.time && due.missed > cron::kMissedRunsMax) {
    Event("Warning", "TooManyMissedTimes",
          fmt::format(
              "too many missed start times: {}. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
              due.missed));
  }
  if (due.time && MayStart(*due.time)) CreateJob(*due.time);
  if (outcome_.failed) return;
  if (const auto next = cron::NextLook(*schedule_, DueInputNow())) outcome_.again_at = *next;
}

bool CronJobSync::MayStart(sys_seconds time) {
  const auto deadline = IntegerOf(spec(), "startingDeadlineSeconds");
  if (deadline && time + seconds{*deadline} < now_) {
    Event("Warning", "MissSchedule", "Missed scheduled time to start a job: " + Rfc1123(time));
    return false;
  }
  const std::string name = JobName(time);
  const bool started = std::ranges::any_of(ListOf(status(), "active"),
                                           [&](const Json& reference) { return TextOf(reference, "name") == name; });
  if (started || TextOf(status(), "lastScheduleTime") == mock_http::FormatRfc3339(time)) return false;
  const std::string& policy = TextOf(spec(), "concurrencyPolicy");
  if (policy == "Forbid" && !ListOf(status(), "active").empty()) {
    Event("Normal", "JobAlreadyActive",
          "Not starting job because prior execution is running and concurrency policy is Forbid");
    return false;
  }
  return policy != "Replace" || ReplaceActiveJobs();
}

bool CronJobSync::ReplaceActiveJobs() {
  const Json active = ListOf(status(), "active");
  for (const Json& reference : active) {
    if (DeleteJob(TextOf(reference, "name"), TextOf(reference, "uid"))) continue;
    outcome_.failed = true;
    return false;
  }
  return true;
}

void CronJobSync::CreateJob(sys_seconds time) {
  const Json& job_template = ObjectOf(spec(), "jobTemplate");
  const Json& template_metadata = ObjectOf(job_template, "metadata");
  const std::string& namespace_name = TextOf(ObjectOf(*cronjob_, "metadata"), "namespace");
  Json job = {{"metadata",
               {{"namespace", namespace_name},
                {"name", JobName(time)},
                {"ownerReferences", Json::array({ControllerReference(parts_.cronjob_kind, *cronjob_)})}}},
              {"spec", ObjectOf(job_template, "spec")}};
  for (const char* field : {"labels", "annotations"}) {
    if (const Json* value = FieldOf(template_metadata, field)) job["metadata"][field] = *value;
  }
  const Result<JsonPtr> created = parts_.context.client.Create(parts_.job_kind, std::move(job));
  if (created) {
    Event("Normal", "SuccessfulCreate", "Created job " + NameOf(**created));
    NoteStarted(**created, time);
    return;
  }
  // Nothing can be created any more in a namespace that is going away.
  if (HasCause(created.error(), "NamespaceTerminating")) return;
  if (created.error().reason == "AlreadyExists") {
    // Made by an earlier sync that did not get to write it down, or by somebody else.
    const JsonPtr existing = parts_.context.client.store().Get(
        {.resource = "jobs.batch", .namespace_name = namespace_name, .name = JobName(time)});
    const Json* owner = existing == nullptr ? nullptr : ControllerOf(*existing);
    if (owner == nullptr || TextOf(*owner, "uid") != UidOf(*cronjob_)) return;
    if (FinishedAs(*existing)) {
      status()["lastScheduleTime"] = mock_http::FormatRfc3339(time);
    } else {
      NoteStarted(*existing, time);
    }
    return;
  }
  Event("Warning", "FailedCreate", "Error creating job: " + created.error().message);
  outcome_.failed = true;
}

void CronJobSync::NoteStarted(const Json& job, sys_seconds time) {
  Json& active = status()["active"];
  if (!active.is_array()) active = Json::array();
  active.push_back(ReferenceTo(parts_.job_kind, job));
  status()["lastScheduleTime"] = mock_http::FormatRfc3339(time);
}

void CronJobSync::DeleteOldJobs(std::string_view result, std::string_view limit_field) {
  const auto limit = IntegerOf(spec(), limit_field);
  if (!limit) return;
  std::vector<JsonPtr> finished;
  std::ranges::copy_if(jobs_, std::back_inserter(finished),
                       [&](const JsonPtr& job) { return FinishedAs(*job) == result; });
  const auto surplus = static_cast<std::int64_t>(finished.size()) - *limit;
  if (surplus <= 0) return;
  std::ranges::sort(finished, StartedBefore);
  finished.resize(static_cast<std::size_t>(surplus));
  for (const JsonPtr& job : finished) DeleteJob(NameOf(*job), UidOf(*job));
}

bool CronJobSync::DeleteJob(const std::string& name, const std::string& uid) {
  const std::string& namespace_name = TextOf(ObjectOf(*cronjob_, "metadata"), "namespace");
  const Result<void> deleted =
      parts_.context.client.Delete(parts_.job_kind, namespace_name, name, {.propagation_policy = "Background"});
  if (!deleted && deleted.error().code != 404) {
    Event("Warning", "FailedDelete", "Deleted job: " + deleted.error().message);
    outcome_.failed = true;
    return false;
  }
  RemoveActive(uid);
  if (deleted) Event("Normal", "SuccessfulDelete", "Deleted job " + name);
  return true;
}

void CronJobSync::WriteStatus() {
  if (status() == ObjectOf(*cronjob_, "status")) return;
  const Result<JsonPtr> written =
      parts_.context.client.Update(parts_.cronjob_kind, CopyWithStatus(*cronjob_, std::move(status())), "status");
  if (!written && written.error().code != 404) outcome_.failed = true;
}

void CronJobSync::RemoveActive(const std::string& uid) {
  Json kept = Json::array();
  for (const Json& reference : ListOf(status(), "active")) {
    if (TextOf(reference, "uid") != uid) kept.push_back(reference);
  }
  if (kept.empty()) {
    status().erase("active");
  } else {
    status()["active"] = std::move(kept);
  }
}

std::string CronJobSync::JobName(sys_seconds time) const {
  return fmt::format("{}-{}", NameOf(*cronjob_),
                     std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count());
}

void CronJobSync::Event(std::string_view type, std::string_view reason, std::string message) {
  parts_.events.Record(parts_.context, parts_.cronjob_kind, *cronjob_,
                       {.type = type, .reason = std::string(reason), .message = std::move(message)});
}

}  // namespace mock_kubeapi
