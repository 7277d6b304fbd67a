// Starts the Jobs of CronJobs, and tidies up after them.
//
// When the clock jumps: whoever moves a virtual clock should move it from due time to due time (NextDue) and run the
// controllers at each, so that every run of a day happens, in order and at its own time. A clock that jumps over
// several due times at once is what a controller sees after an outage, and it does what the real one does then: one
// run, for the most recent of the times that were missed (unless startingDeadlineSeconds has passed, too), and a
// warning when there were more than 100. The real controller waits 100 ms past the due time for the sake of clocks that
// differ; here there is one clock.
//
// Sources: pkg/controller/cronjob/cronjob_controllerv2.go (release 1.26); of a Job that exists already without being in
// the status (a crash between the two writes) the handling of later releases, which takes it up.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/controllers/cron/schedule.h"
#include "mock_kubeapi/controllers/event_recorder.h"
#include "mock_kubeapi/controllers/owners.h"
#include "mock_kubeapi/controllers/retry_delays.h"

namespace mock_kubeapi {

class CronJobController final : public Controller {
 public:
  CronJobController();

  std::string_view Name() const override { return "kube-controller-manager"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;
  std::optional<mock_http::TimePoint> NextDue() const override { return queue_.NextDue(); }

 private:
  struct Parsed {
    std::string text;
    std::expected<cron::Schedule, std::string> schedule;
  };

  void Start(const StoreReader& store);
  bool Sync(ControllerContext& context, const std::string& key);
  /// The schedule of a text, parsed once per CronJob and text.
  const std::expected<cron::Schedule, std::string>& ScheduleOf(const std::string& key, const std::string& text);

  EventRecorder events_{"cronjob-controller"};
  WorkQueue queue_;
  RetryDelays retries_;
  OwnerIndex jobs_;
  std::unordered_map<std::string, Parsed> schedules_;  ///< by the CronJob's key
  KindPtr cronjob_kind_;
  KindPtr job_kind_;
  bool started_ = false;
};

}  // namespace mock_kubeapi
