#include "mock_kubeapi/controllers/builtin_controllers.h"

#include "mock_kubeapi/controllers/account_controllers.h"
#include "mock_kubeapi/controllers/definition_controllers.h"
#include "mock_kubeapi/controllers/garbage_collector.h"
#include "mock_kubeapi/controllers/namespace_controller.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kRootCaDescription =
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters.";

}  // namespace

std::vector<std::unique_ptr<Controller>> BuiltinControllers(const BuiltinControllerOptions& options) {
  std::vector<std::unique_ptr<Controller>> controllers;
  controllers.push_back(std::make_unique<CustomResourceController>(options.kinds));
  controllers.push_back(std::make_unique<RoleAggregationController>());
  controllers.push_back(std::make_unique<NamespaceObjectController>(NamespaceObjectController::Options{
      .resource = "serviceaccounts", .name = "default", .contents = Json::object(), .keep_contents = false}));
  controllers.push_back(std::make_unique<NamespaceObjectController>(NamespaceObjectController::Options{
      .resource = "configmaps",
      .name = "kube-root-ca.crt",
      .contents = {{"metadata", {{"annotations", {{"kubernetes.io/description", kRootCaDescription}}}}},
                   {"data", {{"ca.crt", options.ca_certificate}}}},
      .keep_contents = true}));
  controllers.push_back(std::make_unique<TokenSecretController>(options.tokens, options.ca_certificate));
  controllers.push_back(std::make_unique<GarbageCollector>(options.kinds));
  controllers.push_back(std::make_unique<NamespaceController>(options.kinds));
  return controllers;
}

}  // namespace mock_kubeapi
