#include "mock_kubeapi/server/kube_api.h"

#include <utility>

namespace mock_kubeapi {

std::expected<std::unique_ptr<KubeApi>, std::string> KubeApi::Create(ApiServerOptions options,
                                                                     const mock_http::Clock& clock,
                                                                     mock_http::Random& random) {
  auto server = ApiServer::Create(std::move(options), clock, random);
  if (!server) return std::unexpected(server.error());
  return std::unique_ptr<KubeApi>(new KubeApi(std::move(*server), clock, random));
}

void KubeApi::RunControllers() {
  endpoint_.Locked([this](mock_http::Endpoint&) { server_->RunControllers(); });
}

std::optional<mock_http::TimePoint> KubeApi::NextDue() {
  return endpoint_.Locked([this](mock_http::Endpoint&) { return server_->NextDue(); });
}

}  // namespace mock_kubeapi
