// Cron schedules: which texts are accepted, with which complaint the others are refused, and when a schedule is due
// next. Source: github.com/robfig/cron/v3 (ParseStandard, SpecSchedule.Next), whose words and quirks the API server
// shows: day of month and day of week combine by "or" unless one has a star, and a time that daylight saving skips is
// not due.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/controllers/cron/time_zone.h"

namespace mock_kubeapi::cron {

/// Immutable and cheap to copy.
class Schedule {
 public:
  /// Five fields, a descriptor (@daily, @every 1h30m …), either behind "TZ=Zone " or "CRON_TZ=Zone ". Without a zone it
  /// is in UTC. The error is the parser's text.
  static std::expected<Schedule, std::string> Parse(std::string_view text);

  /// The first due time after `time`; nullopt when there is none within five years (30 February).
  std::optional<sys_seconds> Next(std::chrono::sys_time<std::chrono::nanoseconds> time) const;

 private:
  struct Fields {
    std::uint64_t minute = 0;
    std::uint64_t hour = 0;
    std::uint64_t day_of_month = 0;
    std::uint64_t month = 0;
    std::uint64_t day_of_week = 0;
  };

  static std::expected<Schedule, std::string> ParseDescriptor(std::string_view text,
                                                              std::shared_ptr<const TimeZone> zone);
  std::optional<sys_seconds> NextOfFields(sys_seconds time) const;
  bool DayMatches(std::chrono::year_month_day day) const;

  Fields fields_;
  std::shared_ptr<const TimeZone> zone_;
  std::chrono::seconds every_{0};  ///< above 0: @every
};

}  // namespace mock_kubeapi::cron
