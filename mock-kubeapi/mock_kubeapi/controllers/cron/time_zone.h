// IANA time zones. libstdc++ 12 has no std::chrono::tzdb, and schedules need little: the offset at a moment, and the
// moment of a wall-clock time. Read from the system's compiled zone files (package tzdata).
// Sources: RFC 8536 (TZif), POSIX TZ rules, Go's time.LoadLocation and time.Date for what is accepted and chosen.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mock_kubeapi::cron {

using std::chrono::local_seconds;
using std::chrono::sys_seconds;

/// A daylight-saving rule of a POSIX TZ text, e.g. "M3.5.0/2": the moment in a year at which it takes effect.
struct TransitionRule {
  enum class Kind : std::uint8_t { kMonthWeekDay, kJulianDay, kDayOfYear };
  Kind kind = Kind::kMonthWeekDay;
  int month = 0;  ///< 1 to 12, with kMonthWeekDay
  int week = 0;   ///< 1 to 5, 5 being the last, with kMonthWeekDay
  int day = 0;    ///< of the week from Sunday 0; 1 to 365 without 29 February (kJulianDay); 0 to 365 (kDayOfYear)
  std::chrono::seconds time{7200};  ///< wall-clock time of that day, may be negative or above a day
};

/// Immutable; shared freely between threads.
class TimeZone {
 public:
  /// How long an offset holds.
  struct Period {
    std::chrono::seconds offset{0};  ///< east of UTC is positive
    sys_seconds begin;
    sys_seconds end;  ///< exclusive
  };

  /// The zone of an IANA name as Go's time.LoadLocation finds it: "" and "UTC" are UTC, "Local" is UTC too (a server's
  /// local zone would make answers depend on the machine). The error is Go's text: "unknown time zone X". Zones are
  /// read once and kept. Safe to call from any thread.
  static std::expected<std::shared_ptr<const TimeZone>, std::string> Load(std::string_view name);
  static std::shared_ptr<const TimeZone> Utc();
  /// From the bytes of a zone file; the error says what is wrong with them.
  static std::expected<std::shared_ptr<const TimeZone>, std::string> Parse(std::string_view tzif);

  Period Lookup(sys_seconds time) const;
  local_seconds ToLocal(sys_seconds time) const;
  /// The moment of a wall-clock time. Of a time that daylight saving skips or repeats, the one that Go's time.Date
  /// chooses.
  sys_seconds FromLocal(local_seconds time) const;

 private:
  struct Type {
    std::chrono::seconds offset{0};
    bool is_dst = false;
  };
  /// The rule for times after the last transition.
  struct Tail {
    std::chrono::seconds standard{0};
    std::chrono::seconds daylight{0};
    bool has_daylight = false;
    TransitionRule daylight_begins;
    TransitionRule daylight_ends;
  };

  static std::expected<Tail, std::string> ParseTail(std::string_view text);
  Period LookupTail(sys_seconds time, sys_seconds begin) const;

  std::vector<sys_seconds> transitions_;
  std::vector<std::uint8_t> transition_types_;
  std::vector<Type> types_;
  bool has_tail_ = false;
  Tail tail_;
};

}  // namespace mock_kubeapi::cron
