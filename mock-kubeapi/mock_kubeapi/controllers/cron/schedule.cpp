#include "mock_kubeapi/controllers/cron/schedule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "mock_kubeapi/controllers/cron/go_duration.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::cron {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

using Names = std::vector<std::string_view>;

struct Bounds {
  unsigned min;
  unsigned max;
  const Names* names;  // names[i] is min + i; null without names
};

const Names kMonthNames = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
const Names kDayNames = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
const Bounds kMinutes{.min = 0, .max = 59, .names = nullptr};
const Bounds kHours{.min = 0, .max = 23, .names = nullptr};
const Bounds kDaysOfMonth{.min = 1, .max = 31, .names = nullptr};
const Bounds kMonths{.min = 1, .max = 12, .names = &kMonthNames};
const Bounds kDaysOfWeek{.min = 0, .max = 6, .names = &kDayNames};

/// Set where a field had a star: such a day field does not widen the other.
constexpr std::uint64_t kStar = 1ULL << 63U;
constexpr int kYearsAheadMax = 5;

template <class T>
using Parsed = std::expected<T, std::string>;

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool IsSpace(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::vector<std::string_view> SplitAtSpaces(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && IsSpace(text[at])) ++at;
    const std::size_t begin = at;
    while (at < text.size() && !IsSpace(text[at])) ++at;
    if (at > begin) words.push_back(text.substr(begin, at - begin));
  }
  return words;
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return lower;
}

Parsed<unsigned> ParseNumber(std::string_view text) {
  const auto failed = [&](std::string_view why) {
    return std::unexpected(
        fmt::format("failed to parse int from {}: strconv.Atoi: parsing {}: {}", text, GoQuote(text), why));
  };
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool signs_twice = digits.size() < text.size() && digits.starts_with('-');
  if (error == std::errc::result_out_of_range) return failed("value out of range");
  if (error != std::errc{} || end != digits.data() + digits.size() || signs_twice) return failed("invalid syntax");
  if (value < 0) return std::unexpected(fmt::format("negative number ({}) not allowed: {}", value, text));
  return static_cast<unsigned>(std::min<std::int64_t>(value, std::numeric_limits<std::int32_t>::max()));
}

Parsed<unsigned> ParseNumberOrName(std::string_view text, const Bounds& bounds) {
  if (bounds.names != nullptr) {
    const auto found = std::ranges::find(*bounds.names, ToLower(text));
    if (found != bounds.names->end()) return bounds.min + static_cast<unsigned>(found - bounds.names->begin());
  }
  return ParseNumber(text);
}

std::uint64_t Bits(unsigned begin, unsigned end, unsigned step) {
  std::uint64_t bits = 0;
  for (unsigned i = begin; i <= end; i += step) bits |= 1ULL << i;
  return bits;
}

std::uint64_t All(const Bounds& bounds) {
  return Bits(bounds.min, bounds.max, 1) | kStar;
}

/// number | number "-" number, either with "/" step; "*" and "?" are all.
Parsed<std::uint64_t> ParseRange(std::string_view text, const Bounds& bounds) {
  const std::vector<std::string_view> range_and_step = Split(text, '/');
  const std::vector<std::string_view> low_and_high = Split(range_and_step.front(), '-');
  unsigned begin = bounds.min;
  unsigned end = bounds.max;
  std::uint64_t star = 0;
  if (low_and_high.front() == "*" || low_and_high.front() == "?") {
    star = kStar;
  } else {
    const Parsed<unsigned> low = ParseNumberOrName(low_and_high.front(), bounds);
    if (!low) return std::unexpected(low.error());
    begin = *low;
    end = *low;
    if (low_and_high.size() == 2) {
      const Parsed<unsigned> high = ParseNumberOrName(low_and_high[1], bounds);
      if (!high) return std::unexpected(high.error());
      end = *high;
    } else if (low_and_high.size() > 2) {
      return std::unexpected(fmt::format("too many hyphens: {}", text));
    }
  }

  unsigned step = 1;
  if (range_and_step.size() == 2) {
    const Parsed<unsigned> number = ParseNumber(range_and_step[1]);
    if (!number) return std::unexpected(number.error());
    step = *number;
    // "N/step" means "N-max/step".
    if (low_and_high.size() == 1) end = bounds.max;
    if (step > 1) star = 0;
  } else if (range_and_step.size() > 2) {
    return std::unexpected(fmt::format("too many slashes: {}", text));
  }

  if (begin < bounds.min) {
    return std::unexpected(fmt::format("beginning of range ({}) below minimum ({}): {}", begin, bounds.min, text));
  }
  if (end > bounds.max) {
    return std::unexpected(fmt::format("end of range ({}) above maximum ({}): {}", end, bounds.max, text));
  }
  if (begin > end) {
    return std::unexpected(fmt::format("beginning of range ({}) beyond end of range ({}): {}", begin, end, text));
  }
  if (step == 0) return std::unexpected(fmt::format("step of range should be a positive number: {}", text));
  return Bits(begin, end, step) | star;
}

Parsed<std::uint64_t> ParseField(std::string_view text, const Bounds& bounds) {
  std::uint64_t bits = 0;
  for (const std::string_view range : Split(text, ',')) {
    if (range.empty()) continue;
    const Parsed<std::uint64_t> more = ParseRange(range, bounds);
    if (!more) return std::unexpected(more.error());
    bits |= *more;
  }
  return bits;
}

bool Has(std::uint64_t bits, unsigned value) {
  return (bits >> value & 1U) != 0;
}

/// A moment in a zone, with the wall clock's view of it at hand.
class ZonedTime {
 public:
  ZonedTime(const TimeZone& zone, sys_seconds moment) : zone_(&zone) { Set(moment); }

  sys_seconds moment() const { return moment_; }
  std::chrono::year_month_day date() const { return date_; }
  int year() const { return static_cast<int>(date_.year()); }
  unsigned month() const { return static_cast<unsigned>(date_.month()); }
  unsigned day() const { return static_cast<unsigned>(date_.day()); }
  unsigned hour() const { return static_cast<unsigned>(of_day_ / hours{1}); }
  unsigned minute() const { return static_cast<unsigned>(of_day_ / minutes{1} % 60); }
  seconds of_day() const { return of_day_; }

  void Set(sys_seconds moment) {
    moment_ = moment;
    const local_seconds local = zone_->ToLocal(moment);
    const auto day = std::chrono::floor<days>(local);
    date_ = std::chrono::year_month_day{day};
    of_day_ = local - day;
  }
  void SetLocal(std::chrono::local_days day, seconds of_day) { Set(zone_->FromLocal(local_seconds{day} + of_day)); }
  void Add(seconds by) { Set(moment_ + by); }

 private:
  const TimeZone* zone_;
  sys_seconds moment_;
  std::chrono::year_month_day date_;
  seconds of_day_{0};
};

}  // namespace

std::expected<Schedule, std::string> Schedule::Parse(std::string_view text) {
  if (text.empty()) return std::unexpected("empty spec string");
  std::shared_ptr<const TimeZone> zone = TimeZone::Utc();
  if (text.starts_with("TZ=") || text.starts_with("CRON_TZ=")) {
    const std::size_t name_begin = text.find('=') + 1;
    const std::size_t name_end = std::min(text.size(), text.find(' '));
    const std::string_view name = text.substr(name_begin, name_end - name_begin);
    auto loaded = TimeZone::Load(name);
    if (!loaded) return std::unexpected(fmt::format("provided bad location {}: {}", name, loaded.error()));
    zone = *std::move(loaded);
    text.remove_prefix(name_end);
    while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  }
  if (text.starts_with('@')) return ParseDescriptor(text, std::move(zone));

  const std::vector<std::string_view> words = SplitAtSpaces(text);
  if (words.size() != 5) {
    return std::unexpected(
        fmt::format("expected exactly 5 fields, found {}: [{}]", words.size(), fmt::join(words, " ")));
  }
  Schedule schedule;
  schedule.zone_ = std::move(zone);
  Fields& fields = schedule.fields_;
  const std::array<std::pair<std::uint64_t*, const Bounds*>, 5> targets = {{{&fields.minute, &kMinutes},
                                                                            {&fields.hour, &kHours},
                                                                            {&fields.day_of_month, &kDaysOfMonth},
                                                                            {&fields.month, &kMonths},
                                                                            {&fields.day_of_week, &kDaysOfWeek}}};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Parsed<std::uint64_t> bits = ParseField(words[i], *targets[i].second);
    if (!bits) return std::unexpected(bits.error());
    *targets[i].first = *bits;
  }
  return schedule;
}

std::expected<Schedule, std::string> Schedule::ParseDescriptor(std::string_view text,
                                                               std::shared_ptr<const TimeZone> zone) {
  Schedule schedule;
  schedule.zone_ = std::move(zone);
  constexpr std::uint64_t kAtZero = 1U;
  constexpr std::uint64_t kAtOne = 2U;
  schedule.fields_ = {.minute = kAtZero,
                      .hour = kAtZero,
                      .day_of_month = All(kDaysOfMonth),
                      .month = All(kMonths),
                      .day_of_week = All(kDaysOfWeek)};
  if (text == "@yearly" || text == "@annually") {
    schedule.fields_.day_of_month = kAtOne;
    schedule.fields_.month = kAtOne;
    return schedule;
  }
  if (text == "@monthly") {
    schedule.fields_.day_of_month = kAtOne;
    return schedule;
  }
  if (text == "@weekly") {
    schedule.fields_.day_of_week = kAtZero;
    return schedule;
  }
  if (text == "@daily" || text == "@midnight") return schedule;
  if (text == "@hourly") {
    schedule.fields_.hour = All(kHours);
    return schedule;
  }
  constexpr std::string_view kEvery = "@every ";
  if (!text.starts_with(kEvery)) return std::unexpected(fmt::format("unrecognized descriptor: {}", text));
  const auto duration = ParseGoDuration(text.substr(kEvery.size()));
  if (!duration) {
    return std::unexpected(fmt::format("failed to parse duration {}: {}", text, duration.error()));
  }
  schedule.every_ = std::max(seconds{1}, std::chrono::floor<seconds>(*duration));
  return schedule;
}

std::optional<sys_seconds> Schedule::Next(std::chrono::sys_time<nanoseconds> time) const {
  const sys_seconds whole = std::chrono::floor<seconds>(time);
  if (every_ > seconds{0}) return whole + every_;
  return NextOfFields(whole + seconds{1});
}

bool Schedule::DayMatches(std::chrono::year_month_day day) const {
  const std::chrono::weekday weekday{std::chrono::local_days{day}};
  const bool of_month = Has(fields_.day_of_month, static_cast<unsigned>(day.day()));
  const bool of_week = Has(fields_.day_of_week, weekday.c_encoding());
  if (((fields_.day_of_month | fields_.day_of_week) & kStar) != 0) return of_month && of_week;
  return of_month || of_week;
}

// The same walk as the original's, because its way of stepping decides what happens around daylight-saving changes: the
// largest unit that doesn't match is moved on, the smaller ones start anew, and whenever a unit wraps it all starts
// again.
std::optional<sys_seconds> Schedule::NextOfFields(sys_seconds time) const {
  using std::chrono::local_days;
  ZonedTime t(*zone_, time);
  const int last_year = t.year() + kYearsAheadMax;
  bool moved = false;
  while (t.year() <= last_year) {
    bool wrapped = false;
    while (!wrapped && !Has(fields_.month, t.month())) {
      if (!moved) t.SetLocal(local_days{t.date().year() / t.date().month() / 1}, seconds{0});
      moved = true;
      const std::chrono::year_month next = t.date().year() / t.date().month() + std::chrono::months{1};
      // Adding a month to a date keeps its day, which is the first unless daylight saving has moved midnight away.
      t.SetLocal(local_days{next / 1} + days{static_cast<int>(t.day()) - 1}, t.of_day());
      wrapped = t.month() == 1;
    }
    while (!wrapped && !DayMatches(t.date())) {
      if (!moved) t.SetLocal(local_days{t.date()}, seconds{0});
      moved = true;
      t.SetLocal(local_days{t.date()} + days{1}, t.of_day());
      // Where a change moves midnight itself, the hour is no longer 0.
      const auto hour = static_cast<int>(t.hour());
      if (hour > 12) {
        t.Add(hours{24 - hour});
      } else if (hour != 0) {
        t.Add(hours{-hour});
      }
      wrapped = t.day() == 1;
    }
    while (!wrapped && !Has(fields_.hour, t.hour())) {
      if (!moved) t.SetLocal(local_days{t.date()}, hours{t.hour()});
      moved = true;
      t.Add(hours{1});
      wrapped = t.hour() == 0;
    }
    while (!wrapped && !Has(fields_.minute, t.minute())) {
      if (!moved) t.Set(std::chrono::floor<minutes>(t.moment()));
      moved = true;
      t.Add(minutes{1});
      wrapped = t.minute() == 0;
    }
    // The field of seconds is always 0.
    const seconds past_minute = t.of_day() % minutes{1};
    if (!wrapped && past_minute != seconds{0}) {
      moved = true;
      t.Add(minutes{1} - past_minute);
      wrapped = true;
    }
    if (!wrapped) return t.moment();
  }
  return std::nullopt;
}

}  // namespace mock_kubeapi::cron
