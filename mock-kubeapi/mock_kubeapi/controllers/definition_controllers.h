// Objects that define others: CustomResourceDefinitions make kinds, ClusterRoles with an aggregationRule add up roles.
// Source: apiextensions-apiserver's pkg/controller (status, finalizer), pkg/controller/clusterroleaggregation.
#pragma once

#include <string>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

/// Accepts definitions, serves their kinds, and deletes their objects when the definition goes.
class CustomResourceController final : public Controller {
 public:
  /// `kinds` must outlive the controller; its custom rows are this controller's.
  explicit CustomResourceController(KindTable& kinds) : kinds_(kinds) {}

  std::string_view Name() const override { return "kube-apiserver"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;

 private:
  void Terminate(ControllerContext& context, const Json& definition);

  KindTable& kinds_;
  WorkQueue queue_;  ///< of definitions' names
};

class RoleAggregationController final : public Controller {
 public:
  std::string_view Name() const override { return "clusterrole-aggregation-controller"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;

 private:
  bool pending_ = false;
};

}  // namespace mock_kubeapi
