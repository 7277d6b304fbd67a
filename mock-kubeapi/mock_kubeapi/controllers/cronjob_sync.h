// One look at one CronJob: what has become of its Jobs, whether a run is due, which old Jobs to delete.
// Source: pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob, cleanupFinishedJobs; release 1.26).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/controllers/cron_due.h"
#include "mock_kubeapi/controllers/event_recorder.h"

namespace mock_kubeapi {

struct CronJobSyncParts {
  ControllerContext& context;
  EventRecorder& events;
  const Kind& cronjob_kind;
  const Kind& job_kind;
};

/// The schedule that the controller parses: with the zone of spec.timeZone in front, where there is one.
std::string ScheduleText(const Json& cronjob);

class CronJobSync {
 public:
  struct Outcome {
    std::optional<mock_http::TimePoint> again_at;
    bool failed = false;  ///< to be tried again
  };

  /// `cronjob` is as stored, `jobs` are those that it controls; `schedule` is that of ScheduleText.
  CronJobSync(const CronJobSyncParts& parts, JsonPtr cronjob, std::vector<JsonPtr> jobs,
              const std::expected<cron::Schedule, std::string>& schedule);

  Outcome Run();

 private:
  const Json& spec() const;
  Json& status() { return status_; }

  void ReviewJobs();
  void ReviewFinishedJob(const Json& job, const std::string& result, bool was_active);
  void ForgetMissingJobs();
  void StartDueJob();
  bool MayStart(cron::sys_seconds time);
  bool ReplaceActiveJobs();
  void CreateJob(cron::sys_seconds time);
  void NoteStarted(const Json& job, cron::sys_seconds time);
  void DeleteOldJobs(std::string_view result, std::string_view limit_field);
  bool DeleteJob(const std::string& name, const std::string& uid);
  void WriteStatus();

  void RemoveActive(const std::string& uid);
  std::string JobName(cron::sys_seconds time) const;
  cron::DueInput DueInputNow() const;
  void Event(std::string_view type, std::string_view reason, std::string message);

  CronJobSyncParts parts_;
  mock_http::TimePoint now_;
  JsonPtr cronjob_;
  Json status_;  ///< as it is to be
  std::vector<JsonPtr> jobs_;
  const std::expected<cron::Schedule, std::string>& schedule_;
  Outcome outcome_;
};

}  // namespace mock_kubeapi
