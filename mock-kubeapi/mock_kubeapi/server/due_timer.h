// The thread that lets controllers work when their time has come, where time passes by itself.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "mock_kubeapi/server/kube_api.h"

namespace mock_kubeapi {

class DueTimer {
 public:
  /// `kube` must outlive the timer.
  explicit DueTimer(KubeApi& kube);
  /// Joins the thread.
  ~DueTimer();

 private:
  void Run();

  KubeApi& kube_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace mock_kubeapi
