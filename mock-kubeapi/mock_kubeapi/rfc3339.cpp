#include "mock_kubeapi/rfc3339.h"

#include <chrono>
#include <cstdint>

namespace mock_kubeapi {
namespace {

using std::chrono::nanoseconds;

/// Takes parts off the front of a text; stays failed once something is not as it should be.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int Digits(std::size_t count) {
    if (rest_.size() < count) return Fail();
    int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return Fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Expect(char c) {
    if (!Take(c)) Fail();
  }
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }
  int Fail() {
    ok_ = false;
    return 0;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

nanoseconds ReadFraction(Scanner& scanner) {
  std::int64_t value = 0;
  std::int64_t unit = 1'000'000'000;
  while (!scanner.rest().empty() && scanner.rest().front() >= '0' && scanner.rest().front() <= '9') {
    if (unit == 1) {
      scanner.Fail();
      break;
    }
    unit /= 10;
    value += unit * scanner.Digits(1);
  }
  if (unit == 1'000'000'000) scanner.Fail();
  return nanoseconds(value);
}

}  // namespace

std::optional<mock_http::TimePoint> ParseRfc3339(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.Digits(4);
  scanner.Expect('-');
  const int month = scanner.Digits(2);
  scanner.Expect('-');
  const int day = scanner.Digits(2);
  if (!scanner.Take('T')) scanner.Expect('t');
  const int hour = scanner.Digits(2);
  scanner.Expect(':');
  const int minute = scanner.Digits(2);
  scanner.Expect(':');
  const int second = scanner.Digits(2);
  const nanoseconds fraction = scanner.Take('.') ? ReadFraction(scanner) : nanoseconds(0);
  std::chrono::minutes offset(0);
  if (!scanner.Take('Z') && !scanner.Take('z')) {
    const bool behind = scanner.Take('-');
    if (!behind) scanner.Expect('+');
    const int offset_hours = scanner.Digits(2);
    scanner.Expect(':');
    const int offset_minutes = scanner.Digits(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes);
    if (behind) offset = -offset;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!scanner.ok() || !scanner.rest().empty() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  // Nanoseconds since 1970 reach from 1678 to 2261.
  if (year < 1678 || year > 2261) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - offset;
}

}  // namespace mock_kubeapi
