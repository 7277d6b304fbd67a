// A deterministic scheduler: several runs of the client, each on a stack of its own, interleaved at every step. One
// thread; the order is a function of the virtual times and of the order of spawning, so the same world gives the same
// trace.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "harness/waiter.h"
#include "mock_http/clock.h"

namespace harness {

/// Runs fibers and timed events on one virtual clock. Not thread-safe. Everything that it runs must let no exception
/// out.
class Scheduler {
 public:
  /// `clock` must outlive it; only the scheduler moves it while Run is working.
  explicit Scheduler(mock_http::VirtualClock& clock);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Starts `body` on its own stack at `start`, at once when that is past. It may wait through waiter().
  void Spawn(mock_http::TimePoint start, std::function<void()> body);
  /// Calls `event` at `when`, on the scheduler's stack: it must not wait.
  void At(mock_http::TimePoint when, std::function<void()> event);
  /// For the fibers' effects. Wait may only be called on a fiber.
  Waiter& waiter();

  /// Runs what is due up to `end`, moving the clock to each moment in turn and finally to `end`. Fibers that still wait
  /// then go on in the next call.
  void RunUntil(mock_http::TimePoint end);
  /// Fibers that have not come to their end.
  std::size_t running() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace harness
