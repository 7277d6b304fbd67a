#include "mock_kubeapi/kinds/age.h"

#include <fmt/format.h>

#include <cstdint>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kYear = 365 * kDay;

struct Unit {
  std::int64_t seconds;
  char letter;
};

/// "3m20s"; without the second part where it is zero.
std::string TwoParts(std::int64_t seconds, Unit big, Unit small) {
  const std::int64_t rest = seconds % big.seconds / small.seconds;
  std::string out = fmt::format("{}{}", seconds / big.seconds, big.letter);
  if (rest != 0) out += fmt::format("{}{}", rest, small.letter);
  return out;
}

}  // namespace

std::string HumanDuration(std::chrono::nanoseconds duration) {
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * kMinute) return fmt::format("{}s", seconds);
  if (seconds < 10 * kMinute) return TwoParts(seconds, {kMinute, 'm'}, {1, 's'});
  if (seconds < 3 * kHour) return fmt::format("{}m", seconds / kMinute);
  if (seconds < 8 * kHour) return TwoParts(seconds, {kHour, 'h'}, {kMinute, 'm'});
  if (seconds < 2 * kDay) return fmt::format("{}h", seconds / kHour);
  if (seconds < 8 * kDay) return TwoParts(seconds, {kDay, 'd'}, {kHour, 'h'});
  if (seconds < 2 * kYear) return fmt::format("{}d", seconds / kDay);
  if (seconds < 8 * kYear) return TwoParts(seconds, {kYear, 'y'}, {kDay, 'd'});
  return fmt::format("{}y", seconds / kYear);
}

std::string TimeSince(std::string_view time, mock_http::TimePoint now) {
  const auto parsed = ParseRfc3339(time);
  return parsed ? HumanDuration(now - *parsed) : "<unknown>";
}

std::string Age(const Json& object, mock_http::TimePoint now) {
  return TimeSince(TextOf(ObjectOf(object, "metadata"), "creationTimestamp"), now);
}

}  // namespace mock_kubeapi
