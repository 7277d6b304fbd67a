// The node of this cluster: runs the Pods that are bound to it and tells of them, as a kubelet does. It decides nothing
// itself: PodWorker says what is to be done, MakePodStatus what is written, a ContainerRuntime runs what is to be run.
//
// What it has not: probes (a container that runs is ready), lifecycle hooks, sidecar containers, images that it pulls.
// Sources: pkg/kubelet (kubelet.go, pod_workers.go, status_manager.go), release 1.26.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/controllers/event_recorder.h"
#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/log_store.h"
#include "mock_kubeapi/node/pod_inputs.h"
#include "mock_kubeapi/node/pod_worker.h"

namespace mock_kubeapi {

class LocalNode final : public Controller {
 public:
  struct Options {
    NodeFacts facts;
    ContainerRuntime& runtime;  ///< outlives the node, as `logs`
    LogStore& logs;
    TokenSource tokens;
    std::string version;  ///< what the Node tells as its kubelet's, e.g. "v1.35.0"
  };
  explicit LocalNode(Options options);
  ~LocalNode() override;

  std::string_view Name() const override { return "kubelet"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;
  /// A time in the past while the runtime has news.
  std::optional<mock_http::TimePoint> NextDue() const override;

 private:
  struct Pod;
  class Effects;

  void Register(ControllerContext& context);
  void ObserveReferred(const Change& change);
  bool TakeNews(mock_http::TimePoint now);
  void RunEnded(ContainerEnd end, mock_http::TimePoint now);
  void Sync(const std::string& uid, ControllerContext& context);
  /// Writes what has become of the Pod. False when it has to be tried again.
  bool WriteStatus(Pod& pod, const Json& json, ControllerContext& context);
  /// Takes a Pod that is being deleted off the API once nothing of it runs.
  void FinishDeletion(Pod& pod, const Json& json, ControllerContext& context);
  void Forget(const std::string& uid);
  void RefreshVolumes(Pod& pod, const Json& json, ControllerContext& context);

  Options options_;
  EventRecorder events_;
  bool registered_ = false;
  std::map<std::string, std::unique_ptr<Pod>> pods_;  ///< by uid
  WorkQueue queue_;                                   ///< uids
};

}  // namespace mock_kubeapi
