// A Kubernetes API in memory: the API server with its faults and history, without sockets. For unit tests and the
// simulator; MockKubeApi puts sockets around it.
//
//   mock_http::VirtualClock clock;
//   mock_http::SeededRandom random(1);
//   auto kube = KubeApi::Create({}, clock, random).value();
//   auto exchange = kube->endpoint().Serve({.method = "GET", .target = "/api/v1/namespaces", …});
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "mock_http/endpoint.h"
#include "mock_kubeapi/api/api_server.h"

namespace mock_kubeapi {

class KubeApi {
 public:
  /// `clock` and `random` must outlive it, and it every watch it has answered with. The error names what is wrong with
  /// the options.
  static std::expected<std::unique_ptr<KubeApi>, std::string> Create(ApiServerOptions options,
                                                                     const mock_http::Clock& clock,
                                                                     mock_http::Random& random);

  mock_http::Endpoint& endpoint() { return endpoint_; }
  /// Within endpoint().Locked while others may send requests.
  ApiServer& server() { return *server_; }
  Store& store() { return server_->store(); }
  /// Lets controllers do what has become due: call it when a virtual clock was moved. Thread-safe.
  void RunControllers();
  /// When RunControllers will have something to do although no request comes. Thread-safe.
  std::optional<mock_http::TimePoint> NextDue();

 private:
  KubeApi(std::unique_ptr<ApiServer> server, const mock_http::Clock& clock, mock_http::Random& random)
      : server_(std::move(server)), endpoint_(*server_, clock, random) {}

  std::unique_ptr<ApiServer> server_;
  mock_http::Endpoint endpoint_;
};

}  // namespace mock_kubeapi
