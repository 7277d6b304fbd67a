#include "mock_kubeapi/controllers/cron_due.h"

#include <algorithm>
#include <chrono>

namespace mock_kubeapi::cron {
namespace {

using mock_http::TimePoint;
using std::chrono::seconds;

/// The last time before which no run is looked for.
TimePoint EarliestTime(const DueInput& input, bool with_deadline) {
  TimePoint earliest = input.last_scheduled.value_or(input.created);
  if (with_deadline && input.starting_deadline) earliest = std::max(earliest, input.now - *input.starting_deadline);
  return earliest;
}

Due MostRecent(const Schedule& schedule, TimePoint earliest, TimePoint now) {
  const auto first = schedule.Next(earliest);
  const auto second = first ? schedule.Next(*first) : std::nullopt;
  if (first && now < *first) return {};
  if (first && second && now < *second) return {.time = first, .missed = 1};
  if (!first || !second) return {.invalid = true};

  // Not every time in between is visited: the first interval says about how many there are, and the walk begins one
  // interval before the last of them.
  const seconds interval = *second - *first;
  const auto elapsed = std::chrono::floor<seconds>(now - *first);
  const std::int64_t missed = elapsed / interval + 1;
  Due due{.missed = missed};
  for (auto time = schedule.Next(*first + interval * (missed - 2)); time && *time <= now; time = schedule.Next(*time)) {
    due.time = time;
  }
  return due;
}

}  // namespace

Due FindDue(const Schedule& schedule, const DueInput& input) {
  const TimePoint earliest = EarliestTime(input, /*with_deadline=*/true);
  if (earliest > input.now) return {};
  return MostRecent(schedule, earliest, input.now);
}

std::optional<sys_seconds> NextLook(const Schedule& schedule, const DueInput& input) {
  const TimePoint earliest = EarliestTime(input, /*with_deadline=*/false);
  const Due due = MostRecent(schedule, earliest, input.now);
  if (due.time) return schedule.Next(*due.time);
  return schedule.Next(due.missed > 0 || due.invalid ? input.now : earliest);
}

}  // namespace mock_kubeapi::cron
