#include "sim/timetable.h"

namespace sim {

using std::chrono::days;
using std::chrono::minutes;

mock_http::TimePoint Timetable::DueAfter(mock_http::TimePoint time) const {
  const auto today = std::chrono::floor<days>(time) + minutes(options_.minute_of_day);
  return today > time ? today : today + days(1);
}

std::optional<mock_http::TimePoint> Timetable::NextDue() const {
  if (suspended_) return std::nullopt;
  return DueAfter(last_);
}

bool Timetable::TakeDue(mock_http::TimePoint now) {
  if (suspended_ || DueAfter(last_) > now) return false;
  while (DueAfter(last_) <= now) last_ = DueAfter(last_);
  return !options_.starting_deadline || now - last_ <= *options_.starting_deadline;
}

}  // namespace sim
