// A Kubernetes API server to test against: TLS on a real socket, and the control endpoint, in this process.
//
//   auto mock = MockKubeApi::Start({}).value();
//   … let the program under test use mock->Kubeconfig(), or mock->BaseUrl() with mock->AdminToken() …
//   mock->Locked([](KubeApi& kube) { EXPECT_NE(kube.store().Find({"secrets", "default", "x"}), nullptr); });
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/server/kube_api.h"

namespace mock_kubeapi {

struct MockKubeApiOptions {
  /// `api.ca_certificate` is set by Start.
  ApiServerOptions api;
  std::string listen = "127.0.0.1:0";
  std::optional<std::string> control_listen;         ///< absent: no control endpoint
  mock_http::VirtualClock* virtual_clock = nullptr;  ///< must outlive the mock; absent: the machine's clock
  /// Image -> program: not empty makes a node that runs Pods as processes of this machine.
  std::map<std::string, std::string, std::less<>> run_pods;
  bool use_podman = false;            ///< `run_pods` are image -> OCI archive, and podman runs them
  std::optional<std::uint64_t> seed;  ///< for uids, names and keys; absent: the system's randomness
};

class MockKubeApi {
 public:
  /// Binds and serves in threads of its own until destroyed. Fails, naming the option, when something is wrong.
  static std::expected<std::unique_ptr<MockKubeApi>, std::string> Start(MockKubeApiOptions options);
  ~MockKubeApi();

  std::string BaseUrl() const;  ///< "https://127.0.0.1:PORT", without a final slash
  std::uint16_t port() const;
  /// Empty without a control endpoint.
  std::string ControlUrl() const;
  /// PEM of the CA that signed the server's certificate and vouches for client certificates.
  const std::string& CaCertificate() const;
  /// A kubeconfig (YAML) with a client certificate of an administrator (system:masters). Holds a private key.
  std::string Kubeconfig() const;
  /// A bearer token of the same administrator. Secret.
  const std::string& AdminToken() const;
  /// A kubeconfig (YAML) that authenticates with `token` instead.
  std::string KubeconfigForToken(const std::string& token) const;

  /// Runs `work(KubeApi&)` while no request is served.
  template <class Work>
  decltype(auto) Locked(Work&& work) {
    return kube().endpoint().Locked(
        [&](mock_http::Endpoint&) -> decltype(auto) { return std::forward<Work>(work)(kube()); });
  }
  KubeApi& kube();
  mock_http::Endpoint& endpoint() { return kube().endpoint(); }

  /// Stops serving gracefully: watches end, requests under way are finished. Idempotent.
  void Stop();

 private:
  struct Parts;
  explicit MockKubeApi(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mock_kubeapi
