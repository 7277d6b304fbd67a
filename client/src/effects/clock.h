// Time as the client sees it.
#pragma once

#include <chrono>

#include "error.h"

namespace client {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time, for timestamps. May step.
  virtual TimePoint Now() const = 0;
  /// Time since some fixed moment, for measuring waits and deadlines. Never goes back.
  virtual std::chrono::milliseconds Monotonic() const = 0;
  /// Blocks for `duration`. kCancelled at once when the run is told to stop.
  virtual Result<void> Sleep(std::chrono::milliseconds duration) = 0;
};

}  // namespace client
