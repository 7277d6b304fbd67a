// The node of a simulated cluster, as far as Jobs can tell: it runs each Pod's one container as a run of the client,
// tells the API server that the Pod runs and how it ended, and lets go of Pods that are deleted.
//
// mock-kubeapi's own LocalNode does all that a kubelet does (readiness, volumes, tokens per Pod, Events), in half as
// many writes again; a campaign of thousands of cluster-years can't pay for those. `e2e/` and `ci/kind` show that node.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/controllers/controller.h"

namespace sim {

class PodNode final : public mock_kubeapi::Controller {
 public:
  /// Both are called while the controllers are at work: they must not send requests.
  struct Host {
    /// Starts the Pod's container.
    std::function<void(const mock_kubeapi::Json& pod)> start;
    /// The container is to end, whatever it does: its Pod has been deleted.
    std::function<void(const std::string& pod_uid)> kill;
  };
  explicit PodNode(Host host) : host_(std::move(host)) {}

  std::string_view Name() const override { return "kubelet"; }
  void Observe(const mock_kubeapi::Change& change) override;
  bool Step(mock_kubeapi::ControllerContext& context) override;
  /// A time in the past while a container's end is to be told.
  std::optional<mock_http::TimePoint> NextDue() const override { return queue_.NextDue(); }

  /// The Pod's container has ended; the API server hears of it at the controllers' next run. Nothing for a Pod that is
  /// gone.
  void Ended(const std::string& pod_uid, int exit_code, const std::string& termination_message);

 private:
  struct Pod {
    std::string namespace_name;
    std::string name;
    bool runs = false;
    bool ended = false;
    int exit_code = 0;
    std::string message;
    mock_http::TimePoint started;
  };

  void Sync(mock_kubeapi::ControllerContext& context, const std::string& uid);
  static void WriteStatus(mock_kubeapi::ControllerContext& context, const Pod& pod, const mock_kubeapi::Json& stored);

  Host host_;
  std::map<std::string, Pod> pods_;  ///< by uid
  mock_kubeapi::WorkQueue queue_;    ///< of uids
};

}  // namespace sim
