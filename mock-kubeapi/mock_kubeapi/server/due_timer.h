// The thread that lets controllers work when their time has come, where time passes by itself, or when something
// outside of the API has happened.
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
  /// Lets them work at once. From any thread; only posts.
  void Wake();

 private:
  void Run();

  KubeApi& kube_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  bool woken_ = false;
  std::thread thread_;
};

}  // namespace mock_kubeapi
