// How time passes for a client in memory. In a plain scenario waiting just moves the virtual clock on; under the
// scheduler (fibers.h) the run stops there, others run, and it goes on when the clock has come so far.
#pragma once

#include <chrono>

#include "mock_http/clock.h"

namespace harness {

class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Returns when the virtual clock has moved on by `duration`. Zero lets others run under a scheduler.
  virtual void Wait(std::chrono::milliseconds duration) = 0;
};

/// Moves the clock on itself.
class AdvancingWaiter final : public Waiter {
 public:
  /// `clock` must outlive it.
  explicit AdvancingWaiter(mock_http::VirtualClock& clock) : clock_(clock) {}
  void Wait(std::chrono::milliseconds duration) override {
    if (duration.count() > 0) clock_.Advance(duration);
  }

 private:
  mock_http::VirtualClock& clock_;
};

}  // namespace harness
