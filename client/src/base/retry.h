// Trying again, bounded twice: by a number of tries per call and by one deadline for the whole run.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "effects/clock.h"
#include "effects/log.h"
#include "effects/random.h"
#include "error.h"

namespace client {

struct RetryPolicy {
  int attempts = 5;                                ///< tries per call, the first included; at least 1 (--attempts)
  std::chrono::milliseconds timeout{10'000};       ///< bound on one exchange (--timeout)
  std::chrono::milliseconds deadline{300'000};     ///< bound on the whole run, waits included (--deadline)
  std::chrono::milliseconds back_off_first{500};   ///< the first wait is below this, doubled for each further one ...
  std::chrono::milliseconds back_off_max{20'000};  ///< ... up to this
};

/// The retry budget of one run, which starts with the construction. Exponential back-off with full jitter: the n-th
/// wait is uniform in [0, min(back_off_max, back_off_first * 2^n)], or what the server's Retry-After asks for, plus
/// such a jitter. Not for several threads. The references must outlive it.
class Retrier {
 public:
  Retrier(Clock& clock, Random& random, Log& log, const RetryPolicy& policy);

  const RetryPolicy& policy() const { return policy_; }
  Clock& clock() const { return clock_; }

  /// Time left until the run's deadline; zero when it has passed.
  std::chrono::milliseconds Remaining() const;
  /// Bound for the next exchange: the policy's, or what is left. kCancelled when nothing is left.
  Result<std::chrono::milliseconds> NextTimeout() const;
  /// Sleeps. kCancelled when told to stop, and at once when `duration` would pass the deadline.
  Result<void> Sleep(std::chrono::milliseconds duration);
  /// The back-off before try `tries + 1`, after `tries` tries of which the last said `retry_after`. Consumes
  /// randomness.
  std::chrono::milliseconds BackOff(int tries, std::optional<std::chrono::seconds> retry_after);
  /// A number of milliseconds uniform in [0, max].
  std::chrono::milliseconds Jitter(std::chrono::milliseconds max);

  /// Calls `attempt(timeout)`, which returns a Result, until it succeeds or fails with anything but kTemporary, or
  /// the tries or the time are used up: then the last error, its message saying how often it was tried. `what` names
  /// the call in log lines. kCancelled when the deadline has passed before the first try, and when told to stop.
  template <class Attempt>
  auto Run(std::string_view what, Attempt attempt) -> decltype(attempt(std::chrono::milliseconds{})) {
    for (int tries = 1;; ++tries) {
      const auto timeout = NextTimeout();
      if (!timeout) return std::unexpected(timeout.error());
      auto result = attempt(*timeout);
      if (result || result.error().kind != ErrorKind::kTemporary) return result;
      if (auto waited = WaitForNextTry(what, tries, result.error()); !waited) return std::unexpected(waited.error());
    }
  }

 private:
  /// Logs the failed try and sleeps. Fails with the error to end with.
  Result<void> WaitForNextTry(std::string_view what, int tries, const Error& error);

  Clock& clock_;
  Random& random_;
  Log& log_;
  RetryPolicy policy_;
  std::chrono::milliseconds end_;  ///< on Clock::Monotonic()'s scale
};

}  // namespace client
