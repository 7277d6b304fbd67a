#include "mock_kubeapi/server/due_timer.h"

#include <chrono>

namespace mock_kubeapi {
namespace {

/// How late controllers may be: a request may bring a nearer due time at any moment, so the timer looks this often.
constexpr std::chrono::milliseconds kTick{100};

}  // namespace

DueTimer::DueTimer(KubeApi& kube) : kube_(kube), thread_([this] { Run(); }) {}

DueTimer::~DueTimer() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void DueTimer::Wake() {
  {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void DueTimer::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_for(lock, kTick, [this] { return stop_ || woken_; });
    if (stop_) return;
    woken_ = false;
    lock.unlock();
    kube_.RunControllers();
    lock.lock();
  }
}

}  // namespace mock_kubeapi
