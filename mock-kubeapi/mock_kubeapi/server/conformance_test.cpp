// Replays the recorded answers of a real API server.
#include <memory>
#include <string>

#include "conformance/runner.h"
#include "mock_kubeapi/server/kube_api.h"

namespace mock_kubeapi {
namespace {

namespace conformance = mock_http::conformance;

/// The users of the recordings.
constexpr std::string_view kTokens =
    "lab-admin-token,lab-admin,lab-admin-uid,\"system:masters\"\n"
    "lab-user-token,lab-user,lab-user-uid\n";

class KubeTarget final : public conformance::Target {
 public:
  KubeTarget() : random_(1) {
    ApiServerOptions options;
    options.git_version = "v1.26.1";  // the version that was recorded
    options.static_tokens = StaticTokens::Parse(kTokens).value();
    options.ca_certificate = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n";
    kube_ = KubeApi::Create(std::move(options), clock_, random_).value();
  }

  mock_http::Endpoint& endpoint() override { return kube_->endpoint(); }
  mock_http::VirtualClock& clock() override { return clock_; }
  void AfterAdvance() override { kube_->RunControllers(); }

 private:
  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_;
  std::unique_ptr<KubeApi> kube_;
};

}  // namespace
}  // namespace mock_kubeapi

int main(int argc, char** argv) {
  return mock_http::conformance::RunScenarioTests(
      argc, argv,
      {{.name = "KubeConformance",
        .folder = KUBE_SCENARIOS,
        .options = {.tokens = {{"admin", "lab-admin-token"}, {"user", "lab-user-token"}}},
        .make_target = [](const auto& /*scenario*/) { return std::make_unique<mock_kubeapi::KubeTarget>(); }}});
}
