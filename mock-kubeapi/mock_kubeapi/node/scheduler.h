// Puts Pods on the one node that there is. A Pod whose nodeSelector asks for another one stays Pending, as on a cluster
// that has none of those.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/controllers/event_recorder.h"

namespace mock_kubeapi {

class Scheduler final : public Controller {
 public:
  /// `store` must outlive it: a binding is no update that a client could send, so it is written there.
  Scheduler(Store& store, std::string node_name)
      : store_(store), node_name_(std::move(node_name)), events_("default-scheduler") {}

  std::string_view Name() const override { return "kube-scheduler"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;

 private:
  Store& store_;
  std::string node_name_;
  EventRecorder events_;
  WorkQueue queue_;
};

}  // namespace mock_kubeapi
