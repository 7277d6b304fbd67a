// When a CronJob of our manifests would start its Job: for clusters in which no controllers do.
#pragma once

#include <chrono>
#include <optional>

#include "mock_http/clock.h"

namespace sim {

/// Pure; all times are the cluster's own.
class Timetable {
 public:
  struct Options {
    int minute_of_day = 0;
    /// How late a run may be (startingDeadlineSeconds); nullopt: as late as it happens.
    std::optional<std::chrono::seconds> starting_deadline;
  };
  Timetable(Options options, mock_http::TimePoint created) : options_(options), last_(created) {}

  /// nullopt while it is suspended.
  std::optional<mock_http::TimePoint> NextDue() const;
  /// Whether a run is to start now. Of several that were missed the last one counts.
  bool TakeDue(mock_http::TimePoint now);
  void Suspend(bool suspended) { suspended_ = suspended; }

 private:
  mock_http::TimePoint DueAfter(mock_http::TimePoint time) const;

  Options options_;
  mock_http::TimePoint last_;  ///< of what was due, or its creation
  bool suspended_ = false;
};

}  // namespace sim
