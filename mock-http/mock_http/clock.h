// Time as the mocks see it. Injected everywhere, so that a test or the simulator decides when a day has passed.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mock_http {

using TimePoint = std::chrono::sys_time<std::chrono::nanoseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time, UTC. Safe to call from any thread.
  virtual TimePoint Now() const = 0;
  /// Whether time passes by itself. A server turns BodyStream::NextWake into a timer only where it does.
  virtual bool Runs() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  TimePoint Now() const override;
  bool Runs() const override { return true; }
};

/// A clock that stands still until told. Thread-safe.
class VirtualClock final : public Clock {
 public:
  /// 2024-01-01T00:00:00Z unless said otherwise.
  VirtualClock();
  explicit VirtualClock(TimePoint start) : now_(start) {}

  TimePoint Now() const override;
  bool Runs() const override { return false; }
  /// Moves on by `by` (back, when negative) and then calls the observers, without a lock held.
  void Advance(std::chrono::nanoseconds by);
  void Set(TimePoint now);
  /// From now on Advance stops on its way at each time that `next` gives, and calls the observers there: a day that
  /// passes in a moment is the same day. `next` is the first time after now at which something is due; nullopt, or a
  /// time that is over, where nothing is. Null: as it was. Called without a lock held.
  void SetStops(std::function<std::optional<TimePoint>()> next);
  /// `observer` is called after each change. Returns a handle for RemoveObserver.
  int AddObserver(std::function<void()> observer);
  void RemoveObserver(int handle);

 private:
  void Notify();
  bool MoveToStop(TimePoint target);

  mutable std::mutex mutex_;
  TimePoint now_;
  int next_handle_ = 1;
  std::function<std::optional<TimePoint>()> next_stop_;
  std::map<int, std::function<void()>> observers_;
};

/// RFC 3339 in UTC with whole seconds: 2024-01-01T00:00:00Z.
std::string FormatRfc3339(TimePoint time);
/// The same with six digits of a second, as Kubernetes' MicroTime.
std::string FormatRfc3339Micro(TimePoint time);

}  // namespace mock_http
