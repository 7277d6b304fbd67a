// Replays the recorded answers of a real acme-dns.
#include <memory>
#include <string>

#include "conformance/runner.h"
#include "mock_acmedns/mock_acmedns.h"

namespace mock_acmedns {
namespace {

namespace conformance = mock_http::conformance;

/// HTTP in memory, raw HTTP and DNS over sockets, all on the runner's clock.
class AcmeDnsTarget final : public conformance::Target {
 public:
  explicit AcmeDnsTarget(const conformance::Scenario& scenario) {
    MockAcmeDnsOptions options{.virtual_clock = &clock_, .seed = 1};
    options.config.nsadmin = "admin.example.org";
    options.config.records = {"auth.example.org. A 127.0.0.1", "auth.example.org. NS auth.example.org."};
    options.config.disable_registration = scenario.stem.starts_with("opt-noregister-");
    if (scenario.stem.starts_with("opt-useheader-")) options.config.use_header = "X-Forwarded-For";
    mock_ = MockAcmeDns::Start(options).value();
  }

  mock_http::Endpoint& endpoint() override { return mock_->acme().endpoint(); }
  mock_http::VirtualClock& clock() override { return clock_; }
  std::optional<conformance::SocketAddress> http_address() override {
    return conformance::SocketAddress{.host = "127.0.0.1", .port = mock_->http_port()};
  }
  std::optional<conformance::SocketAddress> dns_address() override {
    return conformance::SocketAddress{.host = "127.0.0.1", .port = mock_->dns_port()};
  }

 private:
  mock_http::VirtualClock clock_;
  std::unique_ptr<MockAcmeDns> mock_;
};

}  // namespace
}  // namespace mock_acmedns

int main(int argc, char** argv) {
  return mock_http::conformance::RunScenarioTests(
      argc, argv, {{.name = "AcmeDnsConformance", .folder = ACMEDNS_SCENARIOS, .make_target = [](const auto& scenario) {
                      return std::make_unique<mock_acmedns::AcmeDnsTarget>(scenario);
                    }}});
}
