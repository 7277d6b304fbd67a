#include "harness/memory_effects.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace harness {

using std::chrono::milliseconds;

MemoryClock::MemoryClock(const mock_http::Clock& clock, Waiter& waiter, StepPlan& plan)
    : clock_(clock), waiter_(waiter), plan_(plan), start_(clock.Now()) {}

client::TimePoint MemoryClock::Now() const {
  return std::chrono::floor<milliseconds>(clock_.Now());
}

milliseconds MemoryClock::Monotonic() const {
  return std::chrono::floor<milliseconds>(clock_.Now() - start_);
}

client::Result<void> MemoryClock::Sleep(milliseconds duration) {
  const StepFault fault = plan_.Next(StepKind::kSleep, fmt::format("sleep {} ms", duration.count()));
  if (fault == StepFault::kKillBefore) throw ProcessKilled{plan_.last()};
  const milliseconds left = stop_at_ == milliseconds::max() ? duration : stop_at_ - Monotonic();
  if (left < duration) {
    if (left.count() > 0) waiter_.Wait(left);
    return client::Fail(client::ErrorKind::kCancelled, "the run was told to stop");
  }
  waiter_.Wait(duration);
  if (fault == StepFault::kKillAfter) throw ProcessKilled{plan_.last()};
  return {};
}

void MemoryLog::Write(client::LogLevel level, std::string_view message, const client::LogFields& fields) {
  static constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
  std::string line = fmt::format("{} {}", kNames.at(static_cast<std::size_t>(level)), message);
  for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, value);
  lines_.push_back(std::move(line));
}

std::string MemoryLog::Text() const {
  return fmt::format("{}\n", fmt::join(lines_, "\n"));
}

}  // namespace harness
