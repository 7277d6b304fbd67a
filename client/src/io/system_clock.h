// Time from the operating system.
#pragma once

#include "effects/clock.h"
#include "io/stop.h"

namespace client {

class SystemClock final : public Clock {
 public:
  /// `stop` ends sleeps; it must outlive the clock.
  explicit SystemClock(const Stop& stop) : stop_(stop) {}
  TimePoint Now() const override;
  std::chrono::milliseconds Monotonic() const override;
  Result<void> Sleep(std::chrono::milliseconds duration) override;

 private:
  const Stop& stop_;
};

}  // namespace client
