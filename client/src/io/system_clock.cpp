#include "io/system_clock.h"

#include <poll.h>

#include <algorithm>
#include <limits>

namespace client {

using std::chrono::milliseconds;

TimePoint SystemClock::Now() const {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

milliseconds SystemClock::Monotonic() const {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

Result<void> SystemClock::Sleep(milliseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (true) {
    if (stop_.Requested()) return Cancelled(stop_);
    // Rounded up: rounding down would spin through the last millisecond.
    const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
    if (left <= milliseconds::zero()) return {};
    pollfd wait = {.fd = stop_.descriptor(), .events = POLLIN, .revents = 0};
    const auto wait_ms = std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max());
    ::poll(&wait, 1, static_cast<int>(wait_ms));
  }
}

}  // namespace client
