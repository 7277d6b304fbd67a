// The client's clock, randomness and log for runs in memory: virtual time, a seed, and lines kept for assertions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "effects/clock.h"
#include "effects/log.h"
#include "effects/random.h"
#include "harness/step_plan.h"
#include "harness/waiter.h"
#include "mock_http/clock.h"
#include "mock_http/random.h"

namespace harness {

/// Sleeping waits for the virtual clock. Not thread-safe; the references must outlive it.
class MemoryClock final : public client::Clock {
 public:
  MemoryClock(const mock_http::Clock& clock, Waiter& waiter, StepPlan& plan);

  client::TimePoint Now() const override;
  /// The virtual clock's time since this clock was made.
  std::chrono::milliseconds Monotonic() const override;
  /// Throws ProcessKilled where the plan says so.
  client::Result<void> Sleep(std::chrono::milliseconds duration) override;

  /// From this moment on (by Monotonic) sleeping answers kCancelled, as after SIGTERM.
  void StopAt(std::chrono::milliseconds monotonic) { stop_at_ = monotonic; }

 private:
  const mock_http::Clock& clock_;
  Waiter& waiter_;
  StepPlan& plan_;
  mock_http::TimePoint start_;
  std::chrono::milliseconds stop_at_ = std::chrono::milliseconds::max();
};

/// The client's own stream of random numbers, apart from the mocks'.
class MemoryRandom final : public client::Random {
 public:
  explicit MemoryRandom(std::uint64_t seed) : random_(seed) {}
  std::uint64_t Next() override { return random_.Next(); }

 private:
  mock_http::SeededRandom random_;
};

/// Keeps every line as "LEVEL message key=value …".
class MemoryLog final : public client::Log {
 public:
  void Write(client::LogLevel level, std::string_view message, const client::LogFields& fields) override;
  const std::vector<std::string>& lines() const { return lines_; }
  /// All lines, joined.
  std::string Text() const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace harness
