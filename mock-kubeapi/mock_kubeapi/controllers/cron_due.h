// Which run of a CronJob is due: pure arithmetic on schedule, times and the clock.
// Source: pkg/controller/cronjob/utils.go: the words and the limit of 100 of release 1.26; the most recent missed time
// of an irregular schedule is found by walking the schedule, as later releases do (1.26 multiplied an interval, which
// missed daylight-saving changes).
#pragma once

#include <cstdint>
#include <optional>

#include "mock_http/clock.h"
#include "mock_kubeapi/controllers/cron/schedule.h"

namespace mock_kubeapi::cron {

struct DueInput {
  mock_http::TimePoint created;
  std::optional<mock_http::TimePoint> last_scheduled;
  std::optional<std::chrono::seconds> starting_deadline;
  mock_http::TimePoint now;
};

struct Due {
  std::optional<sys_seconds> time;  ///< the most recent time that is due and not before the deadline
  std::int64_t missed = 0;          ///< about how many times have passed unused, this one included
  bool invalid = false;             ///< the schedule is never due
};

/// Above this many missed runs the controller warns.
inline constexpr std::int64_t kMissedRunsMax = 100;

Due FindDue(const Schedule& schedule, const DueInput& input);
/// When to look again: the first due time after the one of now.
std::optional<sys_seconds> NextLook(const Schedule& schedule, const DueInput& input);

}  // namespace mock_kubeapi::cron
