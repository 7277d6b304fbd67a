#include "mock_http/clock.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace mock_http {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

}  // namespace

TimePoint SystemClock::Now() const {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

VirtualClock::VirtualClock() : now_(std::chrono::sys_days(std::chrono::year(2024) / std::chrono::January / 1)) {}

TimePoint VirtualClock::Now() const {
  const std::scoped_lock lock(mutex_);
  return now_;
}

void VirtualClock::Advance(std::chrono::nanoseconds by) {
  const TimePoint target = Now() + by;
  while (MoveToStop(target)) Notify();
  Set(target);
}

/// Moves on to what is due next before `target`; false where nothing is.
bool VirtualClock::MoveToStop(TimePoint target) {
  std::function<std::optional<TimePoint>()> next_stop;
  {
    const std::scoped_lock lock(mutex_);
    next_stop = next_stop_;
  }
  const auto stop = next_stop ? next_stop() : std::nullopt;
  const std::scoped_lock lock(mutex_);
  if (!stop || *stop <= now_ || *stop >= target) return false;
  now_ = *stop;
  return true;
}

void VirtualClock::SetStops(std::function<std::optional<TimePoint>()> next) {
  const std::scoped_lock lock(mutex_);
  next_stop_ = std::move(next);
}

void VirtualClock::Set(TimePoint now) {
  {
    const std::scoped_lock lock(mutex_);
    now_ = now;
  }
  Notify();
}

int VirtualClock::AddObserver(std::function<void()> observer) {
  const std::scoped_lock lock(mutex_);
  observers_.emplace(next_handle_, std::move(observer));
  return next_handle_++;
}

void VirtualClock::RemoveObserver(int handle) {
  const std::scoped_lock lock(mutex_);
  observers_.erase(handle);
}

void VirtualClock::Notify() {
  std::vector<std::function<void()>> observers;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [handle, observer] : observers_) observers.push_back(observer);
  }
  for (const auto& observer : observers) observer();
}

std::string FormatRfc3339(TimePoint time) {
  const auto days = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(floor<seconds>(time - days));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string FormatRfc3339Micro(TimePoint time) {
  const auto micros = floor<std::chrono::microseconds>(time) - floor<seconds>(time);
  std::string text = FormatRfc3339(time);
  text.pop_back();
  return text + fmt::format(".{:06}Z", micros.count());
}

}  // namespace mock_http
