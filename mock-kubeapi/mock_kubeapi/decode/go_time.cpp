#include "mock_kubeapi/decode/go_time.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>

#include "mock_kubeapi/decode/ascii.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::decode {
namespace {

constexpr std::string_view kLayout = "2006-01-02T15:04:05Z07:00";
constexpr std::string_view kMicroLayout = "2006-01-02T15:04:05.000000Z07:00";

/// Reads the elements of a layout one after the other. `rest` is what has not been read.
class Reader {
 public:
  Reader(std::string_view text, std::string_view layout) : text_(text), layout_(layout), rest_(text) {}

  std::expected<Timestamp, std::string> Run(bool micro) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nanoseconds = 0;
    int offset_minutes = 0;
    const bool read = Number(4, "2006", &year) && Exactly('-') && Number(2, "01", &month) &&
                      InRange(month, 1, 12, "month") && Exactly('-') && Number(2, "02", &day) && Exactly('T') &&
                      Hour(&hour) && InRange(hour, 0, 23, "hour") && Exactly(':') && Number(2, "04", &minute) &&
                      InRange(minute, 0, 59, "minute") && Exactly(':') && Number(2, "05", &second) &&
                      InRange(second, 0, 59, "second") && (micro ? SixDigits(&nanoseconds) : Fraction(&nanoseconds)) &&
                      Zone(&offset_minutes) && AtEnd();
    if (!read) {
      return std::unexpected(std::move(error_));
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) {
      OutOfRange("day");
      return std::unexpected(std::move(error_));
    }
    const std::chrono::seconds since = std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                                       std::chrono::minutes(minute - offset_minutes) + std::chrono::seconds(second);
    return Timestamp{.seconds = since.count(), .nanoseconds = nanoseconds};
  }

 private:
  bool Fail(std::string_view element) {
    error_ = fmt::format("parsing time {} as {}: cannot parse {} as {}", GoQuote(text_), GoQuote(layout_),
                         GoQuote(rest_), GoQuote(element));
    return false;
  }

  bool OutOfRange(std::string_view what) {
    error_ = fmt::format("parsing time {}: {} out of range", GoQuote(text_), what);
    return false;
  }

  bool Exactly(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return Fail(std::string_view(&c, 1));
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool Number(std::size_t digits, std::string_view element, int* value) {
    if (rest_.size() < digits) {
      return Fail(element);
    }
    *value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!IsDigit(rest_[i])) {
        return Fail(element);
      }
      *value = *value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }

  /// One digit is accepted, too.
  bool Hour(int* hour) {
    const bool two = rest_.size() > 1 && IsDigit(rest_[1]);
    return Number(two ? 2 : 1, "15", hour);
  }

  bool InRange(int value, int low, int high, std::string_view what) {
    return (value >= low && value <= high) || OutOfRange(what);
  }

  bool SixDigits(int* nanoseconds) {
    if (rest_.size() < 7 || rest_.front() != '.') {
      return Fail(".000000");
    }
    for (std::size_t i = 1; i <= 6; ++i) {
      if (!IsDigit(rest_[i])) {
        return Fail(".000000");
      }
      *nanoseconds = *nanoseconds * 10 + (rest_[i] - '0');
    }
    *nanoseconds *= 1000;
    rest_.remove_prefix(7);
    return true;
  }

  bool Fraction(int* nanoseconds) {
    if (rest_.size() < 2 || (rest_.front() != '.' && rest_.front() != ',') || !IsDigit(rest_[1])) {
      return true;
    }
    rest_.remove_prefix(1);
    for (int scale = 100'000'000; !rest_.empty() && IsDigit(rest_.front()); scale /= 10, rest_.remove_prefix(1)) {
      *nanoseconds += (rest_.front() - '0') * scale;
    }
    return true;
  }

  bool Zone(int* offset_minutes) {
    if (!rest_.empty() && rest_.front() == 'Z') {
      rest_.remove_prefix(1);
      return true;
    }
    if (rest_.size() < 6 || (rest_[0] != '+' && rest_[0] != '-') || rest_[3] != ':' || !IsDigit(rest_[1]) ||
        !IsDigit(rest_[2]) || !IsDigit(rest_[4]) || !IsDigit(rest_[5])) {
      return Fail("Z07:00");
    }
    const int hours = (rest_[1] - '0') * 10 + (rest_[2] - '0');
    const int minutes = (rest_[4] - '0') * 10 + (rest_[5] - '0');
    *offset_minutes = (hours * 60 + minutes) * (rest_[0] == '-' ? -1 : 1);
    rest_.remove_prefix(6);
    return true;
  }

  bool AtEnd() {
    if (rest_.empty()) {
      return true;
    }
    error_ = fmt::format("parsing time {}: extra text: {}", GoQuote(text_), GoQuote(rest_));
    return false;
  }

  std::string_view text_;
  std::string_view layout_;
  std::string_view rest_;
  std::string error_;
};

std::string FormatSeconds(const Timestamp& time) {
  const std::chrono::sys_seconds at{std::chrono::seconds(time.seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace

std::expected<Timestamp, std::string> ParseTime(std::string_view text) {
  return Reader(text, kLayout).Run(false);
}

std::expected<Timestamp, std::string> ParseMicroTime(std::string_view text) {
  return Reader(text, kMicroLayout).Run(true);
}

std::string FormatTime(const Timestamp& time) {
  return FormatSeconds(time) + "Z";
}

std::string FormatMicroTime(const Timestamp& time) {
  return fmt::format("{}.{:06}Z", FormatSeconds(time), time.nanoseconds / 1000);
}

}  // namespace mock_kubeapi::decode
