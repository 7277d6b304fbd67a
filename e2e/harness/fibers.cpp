#include "harness/fibers.h"

#include <ucontext.h>

#include <algorithm>
#include <cassert>
#include <queue>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace harness {
namespace {

/// The client's deepest call chains (YAML, JSON, formatting) need far less; sanitizers widen frames.
constexpr std::size_t kStackBytes = 512U << 10U;

}  // namespace

class Scheduler::Impl final : public Waiter {
 public:
  explicit Impl(mock_http::VirtualClock& clock) : clock_(clock) {}

  void Push(mock_http::TimePoint when, std::function<void()> event) {
    queue_.push({.when = when, .order = next_order_++, .event = std::move(event)});
  }

  void Spawn(mock_http::TimePoint start, std::function<void()> body) {
    ++running_;
    Push(start, [this, body = std::move(body)]() mutable {
      Fiber* fiber = TakeFiber();
      fiber->body = std::move(body);
      getcontext(&fiber->context);
      fiber->context.uc_stack.ss_sp = fiber->stack.get();
      fiber->context.uc_stack.ss_size = kStackBytes;
      fiber->context.uc_link = nullptr;
      starting = this;
      makecontext(&fiber->context, &Impl::Enter, 0);
      Resume(fiber);
    });
  }

  void Wait(std::chrono::milliseconds duration) override {
    assert(current_ != nullptr);
    Fiber* self = current_;
    Push(clock_.Now() + std::max(duration, std::chrono::milliseconds(0)), [this, self] { Resume(self); });
    SwitchToScheduler(self, false);
  }

  void RunUntil(mock_http::TimePoint end) {
    while (!queue_.empty() && queue_.top().when <= end) {
      if (queue_.top().when > clock_.Now()) {
        // Observers of the clock may queue something that comes first.
        clock_.Set(queue_.top().when);
        continue;
      }
      const std::function<void()> event = std::move(const_cast<Event&>(queue_.top()).event);
      queue_.pop();
      event();
    }
    if (clock_.Now() < end) clock_.Set(end);
  }

  std::size_t running() const { return running_; }

 private:
  struct Fiber {
    std::unique_ptr<char[]> stack{new char[kStackBytes]};
    ucontext_t context{};
    std::function<void()> body;
    void* fake_stack = nullptr;  ///< AddressSanitizer's, while the fiber is not running
  };
  struct Event {
    mock_http::TimePoint when;
    std::uint64_t order = 0;
    std::function<void()> event;
    bool operator<(const Event& other) const { return when != other.when ? when > other.when : order > other.order; }
  };

  Fiber* TakeFiber() {
    if (idle_.empty()) {
      fibers_.push_back(std::make_unique<Fiber>());
      return fibers_.back().get();
    }
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return fiber;
  }

  static void Enter() {
    Impl* self = starting;
    Fiber* fiber = self->current_;
    self->ArrivedOnFiber(nullptr);
    fiber->body();
    fiber->body = nullptr;
    --self->running_;
    self->idle_.push_back(fiber);
    self->SwitchToScheduler(fiber, true);
  }

  void Resume(Fiber* fiber) {
    current_ = fiber;
#if defined(__SANITIZE_ADDRESS__)
    void* own = nullptr;
    __sanitizer_start_switch_fiber(&own, fiber->stack.get(), kStackBytes);
    swapcontext(&scheduler_, &fiber->context);
    __sanitizer_finish_switch_fiber(own, nullptr, nullptr);
#else
    swapcontext(&scheduler_, &fiber->context);
#endif
    current_ = nullptr;
  }

  void ArrivedOnFiber([[maybe_unused]] void* fake_stack) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack, &scheduler_stack_, &scheduler_stack_bytes_);
#endif
  }

  void SwitchToScheduler(Fiber* fiber, [[maybe_unused]] bool finished) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(finished ? nullptr : &fiber->fake_stack, scheduler_stack_, scheduler_stack_bytes_);
#endif
    swapcontext(&fiber->context, &scheduler_);
    ArrivedOnFiber(fiber->fake_stack);
  }

  static thread_local Impl* starting;
  mock_http::VirtualClock& clock_;
  std::priority_queue<Event> queue_;
  std::uint64_t next_order_ = 0;
  std::size_t running_ = 0;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> idle_;
  Fiber* current_ = nullptr;
  ucontext_t scheduler_{};
#if defined(__SANITIZE_ADDRESS__)
  const void* scheduler_stack_ = nullptr;
  std::size_t scheduler_stack_bytes_ = 0;
#endif
};

thread_local Scheduler::Impl* Scheduler::Impl::starting = nullptr;

Scheduler::Scheduler(mock_http::VirtualClock& clock) : impl_(std::make_unique<Impl>(clock)) {}
Scheduler::~Scheduler() = default;

void Scheduler::Spawn(mock_http::TimePoint start, std::function<void()> body) {
  impl_->Spawn(start, std::move(body));
}

void Scheduler::At(mock_http::TimePoint when, std::function<void()> event) {
  impl_->Push(when, std::move(event));
}

Waiter& Scheduler::waiter() {
  return *impl_;
}

void Scheduler::RunUntil(mock_http::TimePoint end) {
  impl_->RunUntil(end);
}

std::size_t Scheduler::running() const {
  return impl_->running();
}

}  // namespace harness
