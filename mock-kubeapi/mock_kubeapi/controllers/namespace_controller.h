// Empties namespaces that are being deleted and lets them go.
// Source: pkg/controller/namespace/deletion.
#pragma once

#include <set>
#include <string>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

class NamespaceController final : public Controller {
 public:
  /// `kinds` must outlive the controller.
  explicit NamespaceController(const KindTable& kinds) : kinds_(kinds) {}

  std::string_view Name() const override { return "kube-controller-manager"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;

 private:
  struct Remains;
  Remains DeleteContent(ControllerContext& context, const std::string& name);
  void Finish(ControllerContext& context, const Json& object, const Remains& remains);

  const KindTable& kinds_;
  WorkQueue queue_;
  std::set<std::string, std::less<>> terminating_;
};

}  // namespace mock_kubeapi
