// The node of a running mock: what runs containers, what keeps their output, and the controllers that drive both.
#pragma once

#include <condition_variable>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "mock_kubeapi/node/process_runtime.h"
#include "mock_kubeapi/server/kube_api.h"

namespace mock_kubeapi {

class PodRunner {
 public:
  /// The error says why this machine can't run any.
  static std::expected<std::unique_ptr<PodRunner>, std::string> Create(ProcessRuntime::Options options);
  /// Kills what still runs.
  ~PodRunner();

  /// Adds the node and the scheduler. The runner must outlive `kube`, and `random` both; `base_url` is where the
  /// containers find the API.
  void Join(KubeApi& kube, mock_http::Random& random, const std::string& base_url);
  /// Calls `wake` from any thread when containers have done something; null: nobody any more.
  void SetWake(std::function<void()> wake);
  /// Lets the controllers work until no container is at work, but for those that have run for some seconds already and
  /// look as if they stayed.
  void Settle(KubeApi& kube);

 private:
  struct Parts;
  explicit PodRunner(std::unique_ptr<Parts> parts);
  void Wake();

  std::unique_ptr<Parts> parts_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool has_news_ = false;
  std::function<void()> wake_;
};

}  // namespace mock_kubeapi
