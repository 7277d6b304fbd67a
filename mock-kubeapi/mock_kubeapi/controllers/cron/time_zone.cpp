#include "mock_kubeapi/controllers/cron/time_zone.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

namespace mock_kubeapi::cron {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// As far as 64-bit counts of seconds need to go here; leaves room to add and subtract offsets.
constexpr sys_seconds kBeginOfTime{seconds{-(1LL << 55)}};
constexpr sys_seconds kEndOfTime{seconds{1LL << 55}};

constexpr std::string_view kZoneFolders[] = {"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ",
                                             "/etc/zoneinfo"};

/// Reads big-endian numbers and fails for good at the end of the bytes.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::string_view rest() const { return bytes_; }

  std::string_view Take(std::size_t count) {
    if (count > bytes_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  std::int64_t Signed(std::size_t width) {
    const std::string_view taken = Take(width);
    if (!ok_) return 0;
    std::uint64_t value = (static_cast<unsigned char>(taken.front()) & 0x80U) != 0 ? ~0ULL : 0ULL;
    for (const char c : taken) value = value << 8U | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }
  std::size_t Count() {
    const std::int64_t value = Signed(4);
    if (value < 0) ok_ = false;
    return ok_ ? static_cast<std::size_t>(value) : 0;
  }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

struct Header {
  char version = 0;
  std::size_t ut_flags = 0, std_flags = 0, leaps = 0, times = 0, types = 0, characters = 0;

  std::size_t BodySize(std::size_t time_width) const {
    return times * (time_width + 1) + types * 6 + characters + leaps * (time_width + 4) + std_flags + ut_flags;
  }
};

std::optional<Header> ReadHeader(Reader& reader) {
  if (reader.Take(4) != "TZif") return std::nullopt;
  Header header;
  const std::string_view version = reader.Take(1);
  if (!version.empty()) header.version = version.front();
  reader.Take(15);
  header.ut_flags = reader.Count();
  header.std_flags = reader.Count();
  header.leaps = reader.Count();
  header.times = reader.Count();
  header.types = reader.Count();
  header.characters = reader.Count();
  if (!reader.ok()) return std::nullopt;
  return header;
}

/// Parts of a POSIX TZ text, taken from its front.
class TailParser {
 public:
  explicit TailParser(std::string_view text) : text_(text) {}

  bool AtEnd() const { return text_.empty(); }
  bool Accept(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool Name() {
    if (Accept('<')) {
      const std::size_t end = text_.find('>');
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 1);
      return true;
    }
    std::size_t length = 0;
    while (length < text_.size() && std::isalpha(static_cast<unsigned char>(text_[length])) != 0) ++length;
    text_.remove_prefix(length);
    return length >= 3;
  }
  std::optional<int> Number() {
    int value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{} || value < 0) return std::nullopt;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }
  /// [+-]hh[:mm[:ss]]
  std::optional<seconds> Time() {
    const bool negative = Accept('-');
    if (!negative) Accept('+');
    const std::optional<int> hour = Number();
    if (!hour) return std::nullopt;
    seconds value = hours{*hour};
    if (Accept(':')) {
      const std::optional<int> minute = Number();
      if (!minute) return std::nullopt;
      value += minutes{*minute};
      if (Accept(':')) {
        const std::optional<int> second = Number();
        if (!second) return std::nullopt;
        value += seconds{*second};
      }
    }
    return negative ? -value : value;
  }
  std::optional<TransitionRule> Rule() {
    TransitionRule rule;
    if (Accept('M')) {
      const std::optional<int> month = Number();
      const bool first_dot = Accept('.');
      const std::optional<int> week = Number();
      const bool second_dot = Accept('.');
      const std::optional<int> day = Number();
      if (!month || !first_dot || !week || !second_dot || !day) return std::nullopt;
      if (*month < 1 || *month > 12 || *week < 1 || *week > 5 || *day > 6) return std::nullopt;
      rule.month = *month;
      rule.week = *week;
      rule.day = *day;
    } else {
      rule.kind = Accept('J') ? TransitionRule::Kind::kJulianDay : TransitionRule::Kind::kDayOfYear;
      const std::optional<int> day = Number();
      if (!day || *day > 365) return std::nullopt;
      rule.day = *day;
    }
    if (Accept('/')) {
      const std::optional<seconds> time = Time();
      if (!time) return std::nullopt;
      rule.time = *time;
    }
    return rule;
  }

 private:
  std::string_view text_;
};

/// The wall-clock moment of a rule in a year.
local_seconds MomentOf(const TransitionRule& rule, std::chrono::year year) {
  using std::chrono::local_days;
  local_days day;
  switch (rule.kind) {
    case TransitionRule::Kind::kMonthWeekDay: {
      const std::chrono::month month{static_cast<unsigned>(rule.month)};
      const std::chrono::weekday weekday{static_cast<unsigned>(rule.day)};
      day = rule.week == 5 ? local_days{year / month / weekday[std::chrono::last]}
                           : local_days{year / month / weekday[static_cast<unsigned>(rule.week)]};
      break;
    }
    case TransitionRule::Kind::kJulianDay: {
      const int leap_shift = year.is_leap() && rule.day >= 60 ? 1 : 0;
      day = local_days{year / 1 / 1} + days{rule.day - 1 + leap_shift};
      break;
    }
    case TransitionRule::Kind::kDayOfYear:
      day = local_days{year / 1 / 1} + days{rule.day};
      break;
  }
  return local_seconds{day} + rule.time;
}

std::expected<std::string, std::string> ReadZoneFile(std::string_view name) {
  std::string complaint;
  for (const std::string_view folder : kZoneFolders) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      complaint = "is a directory";
      continue;
    }
    std::ifstream file(path, std::ios::binary);
    if (file) return std::string(std::istreambuf_iterator<char>(file), {});
  }
  if (!complaint.empty()) return std::unexpected(complaint);
  return std::unexpected("unknown time zone " + std::string(name));
}

bool HasDotDot(std::string_view name) {
  return name.find("..") != std::string_view::npos;
}

}  // namespace

std::expected<std::shared_ptr<const TimeZone>, std::string> TimeZone::Load(std::string_view name) {
  if (name.empty() || name == "UTC" || name == "Local") return Utc();
  if (HasDotDot(name) || name.front() == '/' || name.find('\\') != std::string_view::npos) {
    return std::unexpected("time: invalid location name");
  }
  if (name.find('\0') != std::string_view::npos) return std::unexpected("unknown time zone " + std::string(name));

  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const TimeZone>, std::less<>> zones;
  const std::scoped_lock lock(mutex);
  if (const auto found = zones.find(name); found != zones.end()) return found->second;
  const auto bytes = ReadZoneFile(name);
  if (!bytes) return std::unexpected(bytes.error());
  auto zone = Parse(*bytes);
  if (zone) zones.emplace(name, *zone);
  return zone;
}

std::shared_ptr<const TimeZone> TimeZone::Utc() {
  static const std::shared_ptr<const TimeZone> utc = [] {
    auto zone = std::make_shared<TimeZone>();
    zone->types_.push_back({});
    return zone;
  }();
  return utc;
}

std::expected<std::shared_ptr<const TimeZone>, std::string> TimeZone::Parse(std::string_view tzif) {
  const auto malformed = std::unexpected(std::string("malformed time zone information"));
  Reader reader(tzif);
  std::optional<Header> header = ReadHeader(reader);
  if (!header) return malformed;
  std::size_t time_width = 4;
  if (header->version >= '2') {
    // The first block is for readers of 32-bit times only.
    reader.Take(header->BodySize(time_width));
    header = ReadHeader(reader);
    if (!header) return malformed;
    time_width = 8;
  }
  if (header->types == 0 || header->BodySize(time_width) > reader.rest().size()) return malformed;

  auto zone = std::make_shared<TimeZone>();
  for (std::size_t i = 0; i < header->times; ++i) {
    zone->transitions_.emplace_back(seconds{reader.Signed(time_width)});
  }
  for (const char type : reader.Take(header->times)) {
    zone->transition_types_.push_back(static_cast<std::uint8_t>(type));
  }
  for (std::size_t i = 0; i < header->types; ++i) {
    Type type;
    type.offset = seconds{reader.Signed(4)};
    type.is_dst = reader.Signed(1) != 0;
    reader.Take(1);
    zone->types_.push_back(type);
  }
  const bool types_exist =
      std::ranges::all_of(zone->transition_types_, [&](std::uint8_t type) { return type < header->types; });
  if (!types_exist || !std::ranges::is_sorted(zone->transitions_)) return malformed;
  reader.Take(header->characters + header->leaps * (time_width + 4) + header->std_flags + header->ut_flags);

  std::string_view tail = reader.rest();
  if (time_width == 8 && tail.size() > 2 && tail.front() == '\n') {
    tail.remove_prefix(1);
    tail = tail.substr(0, tail.find('\n'));
    if (!tail.empty()) {
      const auto parsed = ParseTail(tail);
      if (!parsed) return std::unexpected(parsed.error());
      zone->tail_ = *parsed;
      zone->has_tail_ = true;
    }
  }
  return zone;
}

std::expected<TimeZone::Tail, std::string> TimeZone::ParseTail(std::string_view text) {
  const auto malformed = std::unexpected("malformed time zone rule \"" + std::string(text) + "\"");
  TailParser parser(text);
  Tail tail;
  if (!parser.Name()) return malformed;
  const std::optional<seconds> standard = parser.Time();
  if (!standard) return malformed;
  // POSIX counts offsets to the west.
  tail.standard = -*standard;
  if (parser.AtEnd()) return tail;
  tail.has_daylight = true;
  tail.daylight = tail.standard + hours{1};
  if (!parser.Name()) return malformed;
  if (!parser.Accept(',')) {
    const std::optional<seconds> daylight = parser.Time();
    if (!daylight || !parser.Accept(',')) return malformed;
    tail.daylight = -*daylight;
  }
  const std::optional<TransitionRule> begins = parser.Rule();
  if (!begins || !parser.Accept(',')) return malformed;
  const std::optional<TransitionRule> ends = parser.Rule();
  if (!ends || !parser.AtEnd()) return malformed;
  tail.daylight_begins = *begins;
  tail.daylight_ends = *ends;
  return tail;
}

TimeZone::Period TimeZone::Lookup(sys_seconds time) const {
  const auto next = std::ranges::upper_bound(transitions_, time);
  if (next == transitions_.begin()) {
    // Before the first transition: the first standard time, as zic puts local mean time first.
    const auto standard = std::ranges::find_if(types_, [](const Type& type) { return !type.is_dst; });
    const Type& type = standard != types_.end() ? *standard : types_.front();
    if (transitions_.empty() && has_tail_) return LookupTail(time, kBeginOfTime);
    return {
        .offset = type.offset, .begin = kBeginOfTime, .end = transitions_.empty() ? kEndOfTime : transitions_.front()};
  }
  const sys_seconds begin = *std::prev(next);
  if (next == transitions_.end() && has_tail_) return LookupTail(time, begin);
  const auto index = static_cast<std::size_t>(next - transitions_.begin()) - 1;
  return {.offset = types_[transition_types_[index]].offset,
          .begin = begin,
          .end = next == transitions_.end() ? kEndOfTime : *next};
}

TimeZone::Period TimeZone::LookupTail(sys_seconds time, sys_seconds begin) const {
  if (!tail_.has_daylight) return {.offset = tail_.standard, .begin = begin, .end = kEndOfTime};
  // The changes of the year before, this year and the year after, in order, surround the moment.
  const std::chrono::year_month_day day{std::chrono::floor<days>(time + tail_.standard)};
  struct Change {
    sys_seconds at;
    seconds offset;
  };
  std::vector<Change> changes;
  for (int delta = -1; delta <= 1; ++delta) {
    const std::chrono::year year = day.year() + std::chrono::years{delta};
    const local_seconds begins = MomentOf(tail_.daylight_begins, year);
    const local_seconds ends = MomentOf(tail_.daylight_ends, year);
    changes.push_back({sys_seconds{begins.time_since_epoch() - tail_.standard}, tail_.daylight});
    changes.push_back({sys_seconds{ends.time_since_epoch() - tail_.daylight}, tail_.standard});
  }
  std::ranges::sort(changes, {}, &Change::at);
  const auto next = std::ranges::upper_bound(changes, time, {}, &Change::at);
  if (next == changes.begin()) return {.offset = tail_.standard, .begin = begin, .end = changes.front().at};
  return {.offset = std::prev(next)->offset,
          .begin = std::max(begin, std::prev(next)->at),
          .end = next == changes.end() ? kEndOfTime : next->at};
}

local_seconds TimeZone::ToLocal(sys_seconds time) const {
  return local_seconds{time.time_since_epoch() + Lookup(time).offset};
}

sys_seconds TimeZone::FromLocal(local_seconds time) const {
  // First as if it were UTC, in the hope that no change is near; if the result lies in another period, that one's
  // offset is taken, right or not: this decides what becomes of skipped and repeated times.
  const sys_seconds as_utc{time.time_since_epoch()};
  const Period period = Lookup(as_utc);
  const sys_seconds moment = as_utc - period.offset;
  if (moment >= period.begin && moment < period.end) return moment;
  return as_utc - Lookup(moment).offset;
}

}  // namespace mock_kubeapi::cron
