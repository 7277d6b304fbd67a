#include "base/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "mutant.h"

namespace client {

using std::chrono::milliseconds;

Retrier::Retrier(Clock& clock, Random& random, Log& log, const RetryPolicy& policy)
    : clock_(clock), random_(random), log_(log), policy_(policy), end_(clock.Monotonic() + policy.deadline) {}

milliseconds Retrier::Remaining() const {
  if (Has(Mutant::kNoDeadline)) return std::chrono::hours(1);
  return std::max(end_ - clock_.Monotonic(), milliseconds(0));
}

Result<milliseconds> Retrier::NextTimeout() const {
  const milliseconds remaining = Remaining();
  if (remaining <= milliseconds(0)) {
    return Fail(ErrorKind::kCancelled, fmt::format("the run's deadline of {} s has passed (--deadline)",
                                                   std::chrono::ceil<std::chrono::seconds>(policy_.deadline).count()));
  }
  return std::min(policy_.timeout, remaining);
}

Result<void> Retrier::Sleep(milliseconds duration) {
  if (duration >= Remaining()) {
    return Fail(ErrorKind::kCancelled, fmt::format("waiting {} s would pass the run's deadline (--deadline)",
                                                   std::chrono::ceil<std::chrono::seconds>(duration).count()));
  }
  return clock_.Sleep(duration);
}

milliseconds Retrier::Jitter(milliseconds max) {
  if (max <= milliseconds(0)) return milliseconds(0);
  if (Has(Mutant::kNoJitter)) return max;
  const auto choices = static_cast<std::uint64_t>(max.count()) + 1;
  return milliseconds(static_cast<milliseconds::rep>(random_.Next() % choices));
}

milliseconds Retrier::BackOff(int tries, std::optional<std::chrono::seconds> retry_after) {
  if (Has(Mutant::kNoBackOff)) return milliseconds(0);
  if (Has(Mutant::kIgnoresRetryAfter)) retry_after.reset();
  milliseconds bound = std::min(policy_.back_off_first, policy_.back_off_max);
  for (int i = 1; i < tries && bound < policy_.back_off_max; ++i) bound = std::min(bound * 2, policy_.back_off_max);
  return milliseconds(retry_after.value_or(std::chrono::seconds(0))) + Jitter(bound);
}

Result<void> Retrier::WaitForNextTry(std::string_view what, int tries, const Error& error) {
  const auto end_with = [&error](std::string_view why) {
    Error last = error;
    last.message += why;
    return std::unexpected(std::move(last));
  };
  if (tries >= policy_.attempts && !Has(Mutant::kTriesForEver)) {
    return end_with(tries == 1 ? std::string() : fmt::format("; gave up after {} tries", tries));
  }
  const milliseconds wait = BackOff(tries, error.retry_after);
  if (wait >= Remaining()) {
    return end_with(error.retry_after ? "; the wait that was asked for would pass the run's deadline"
                                      : "; the run's deadline leaves no time for another try");
  }
  log_.Write(LogLevel::kInfo, "will try again",
             {{"what", std::string(what)},
              {"reason", error.message},
              {"try", fmt::format("{}/{}", tries, policy_.attempts)},
              {"wait_ms", std::to_string(wait.count())}});
  if (auto slept = clock_.Sleep(wait); !slept) {
    Error stopped = slept.error();
    stopped.message += " while waiting to try again: " + error.message;
    return std::unexpected(std::move(stopped));
  }
  return {};
}

}  // namespace client
