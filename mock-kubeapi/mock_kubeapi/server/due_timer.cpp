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
  stopped_.notify_all();
  thread_.join();
}

void DueTimer::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, kTick, [this] { return stop_; })) kube_.RunControllers();
}

}  // namespace mock_kubeapi
