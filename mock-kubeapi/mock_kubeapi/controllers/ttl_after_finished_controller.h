// Deletes Jobs that have ended ttlSecondsAfterFinished ago, and their pods with them.
// Source: pkg/controller/ttlafterfinished (release 1.26).
#pragma once

#include <optional>
#include <string_view>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/controllers/retry_delays.h"

namespace mock_kubeapi {

class TtlAfterFinishedController final : public Controller {
 public:
  TtlAfterFinishedController();

  std::string_view Name() const override { return "kube-controller-manager"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;
  std::optional<mock_http::TimePoint> NextDue() const override { return queue_.NextDue(); }

 private:
  bool Sync(ControllerContext& context, const std::string& key);

  WorkQueue queue_;
  RetryDelays retries_;
  bool started_ = false;
};

}  // namespace mock_kubeapi
