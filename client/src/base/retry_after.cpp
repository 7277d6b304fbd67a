#include "base/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace client {
namespace {

using std::chrono::seconds;

/// Longer waits are of no use to anybody, and their sums would overflow.
constexpr seconds kWaitMax = std::chrono::days(365);

std::optional<int> Number(std::string_view digits) {
  int value = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failed != std::errc() || end != digits.data() + digits.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<unsigned> Month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<unsigned>(found - kNames.begin()) + 1;
}

/// The words of a date; the hyphens of the obsolete RFC 850 form separate too.
struct Words {
  std::array<std::string_view, 6> word;
  std::size_t count = 0;
};

std::optional<Words> Split(std::string_view text) {
  Words words;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_of(" -"), text.size());
    if (length > 0) {
      if (words.count == words.word.size()) return std::nullopt;
      words.word[words.count++] = text.substr(0, length);
    }
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return words;
}

struct DateText {
  std::string_view day;
  std::string_view month;
  std::string_view year;
  std::string_view time;
};

std::optional<TimePoint> Assemble(const DateText& text) {
  const auto day = Number(text.day);
  const auto month = Month(text.month);
  auto year = Number(text.year);
  if (!day || !month || !year || text.time.size() != 8 || text.time[2] != ':' || text.time[5] != ':') {
    return std::nullopt;
  }
  if (text.year.size() == 2) *year += *year < 70 ? 2000 : 1900;
  const auto hour = Number(text.time.substr(0, 2));
  const auto minute = Number(text.time.substr(3, 2));
  const auto second = Number(text.time.substr(6, 2));
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second);
}

std::optional<TimePoint> ParseHttpDate(std::string_view text) {
  const auto words = Split(text);
  if (!words) return std::nullopt;
  const auto& w = words->word;
  // Sun, 06 Nov 1994 08:49:37 GMT  or  Sunday, 06-Nov-94 08:49:37 GMT
  if (words->count == 6 && w[0].ends_with(',') && w[5] == "GMT") {
    return Assemble({.day = w[1], .month = w[2], .year = w[3], .time = w[4]});
  }
  // Sun Nov  6 08:49:37 1994
  if (words->count == 5) return Assemble({.day = w[2], .month = w[1], .year = w[4], .time = w[3]});
  return std::nullopt;
}

}  // namespace

std::optional<seconds> ParseRetryAfter(std::string_view value, TimePoint now) {
  value = Trim(value);
  if (value.empty()) return std::nullopt;
  if (std::ranges::all_of(value, IsDigit)) {
    const auto number = Number(value);
    // Digits that are no int are a number too large for one.
    return number ? std::min(seconds(*number), kWaitMax) : kWaitMax;
  }
  const auto date = ParseHttpDate(value);
  if (!date) return std::nullopt;
  return std::clamp(std::chrono::ceil<seconds>(*date - now), seconds(0), kWaitMax);
}

std::optional<seconds> RetryAfter(const HttpResponse& response, TimePoint now) {
  const auto value = response.Header("Retry-After");
  return value ? ParseRetryAfter(*value, now) : std::nullopt;
}

}  // namespace client
