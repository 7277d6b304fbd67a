// How SIGTERM ends a run: a flag that every wait of the process also waits on. Nothing is cleaned up in the signal
// handler; the waits return kCancelled and the run ends in the ordinary way.
#pragma once

#include <atomic>
#include <memory>

#include "error.h"

namespace client {

/// Request() is async-signal-safe and may come from any thread. Everything else reads.
class Stop {
 public:
  /// kMisconfigured when the system gives no event descriptor (its limit of open files is reached).
  static Result<std::unique_ptr<Stop>> Create();
  ~Stop();
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

  /// Asks the run to end. `signal` is what did it, 0 for none. Only the first call counts.
  void Request(int signal = 0) noexcept;
  bool Requested() const noexcept { return requested_.load(std::memory_order_acquire); }
  /// The signal that asked, 0 when none did.
  int Signal() const noexcept { return signal_.load(std::memory_order_acquire); }
  /// Readable from the first Request() on, for ever. For poll(); don't read from it.
  int descriptor() const noexcept { return descriptor_; }

 private:
  explicit Stop(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  std::atomic<int> signal_{0};
  std::atomic<bool> requested_{false};
};

/// While it lives, SIGTERM and SIGINT request the stop instead of ending the process; a second one of the same kind
/// ends it at once. One at a time. The destructor puts the former handlers back.
class StopOnSignals {
 public:
  explicit StopOnSignals(Stop& stop);
  ~StopOnSignals();
  StopOnSignals(const StopOnSignals&) = delete;
  StopOnSignals& operator=(const StopOnSignals&) = delete;
};

/// The error of a wait that was ended by the stop.
inline std::unexpected<Error> Cancelled(const Stop& stop) {
  return std::unexpected(
      Error{.kind = ErrorKind::kCancelled, .message = "stopped by a signal", .signal = stop.Signal()});
}

}  // namespace client
