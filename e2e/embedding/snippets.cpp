// The C++ of the READMEs, compiled.
#include <chrono>
#include <cstdio>
#include <string>

#include "mock_acmedns/mock_acmedns.h"
#include "mock_http/server.h"
#include "mock_kubeapi/server/kube_api.h"
#include "mock_kubeapi/server/mock_kube_api.h"

namespace {

void BothInProcess() {
  auto acme = mock_acmedns::MockAcmeDns::Start({}).value();
  auto kube = mock_kubeapi::MockKubeApi::Start({}).value();
  std::printf("%s %s\n%s\n%s", acme->BaseUrl().c_str(), acme->DnsAddress().c_str(), kube->BaseUrl().c_str(),
              kube->Kubeconfig().c_str());
}

void AcmeDnsOnSockets() {
  auto mock = mock_acmedns::MockAcmeDns::Start({.tls = true}).value();
  std::printf("%s %s %s", mock->BaseUrl().c_str(), mock->DnsAddress().c_str(), mock->ca_certificate().c_str());
  mock->Locked([](mock_acmedns::AcmeDns& acme) {
    acme.database().SetState(mock_acmedns::DatabaseState::kDown);
    acme.endpoint().faults().Put({.match = {.path = "/register", .times = 1}, .action = {.drop = true}});
    acme.dns_faults().Put({.match = {.type = "TXT"}, .action = {.stale_txt = true}});
  });
}

void AcmeDnsInMemory() {
  mock_http::VirtualClock clock;
  mock_http::SeededRandom random(1);
  auto acme = mock_acmedns::AcmeDns::Create({.domain = "auth.test"}, clock, random).value();
  acme->endpoint().history().SetCapacity(0);
  acme->SetDnsHistoryCapacity(0);
  auto exchange = acme->endpoint().Serve({.method = "POST", .target = "/register"});
  auto answer = acme->LookUp("x.auth.test", 16);
  auto backup = acme->database().Backup();
  acme->database().Restore(backup);
}

bool KubernetesOnSockets() {
  auto mock = mock_kubeapi::MockKubeApi::Start({}).value();
  std::printf("%s %s %s", mock->BaseUrl().c_str(), mock->CaCertificate().c_str(), mock->AdminToken().c_str());
  bool found = false;
  mock->Locked([&](mock_kubeapi::KubeApi& kube) {
    kube.endpoint().faults().Put({.match = {.method = "PATCH", .times = 1}, .action = {.status = 503}});
    found = kube.store().Find({"secrets", "default", "x"}) != nullptr;
  });
  return found;
}

void KubernetesInMemory() {
  mock_http::VirtualClock clock;
  mock_http::SeededRandom random(1);
  auto kube = mock_kubeapi::KubeApi::Create({}, clock, random).value();
  auto exchange = kube->endpoint().Serve({.method = "GET", .target = "/api/v1/namespaces"});
  clock.Advance(std::chrono::hours(24));
  kube->RunControllers();
}

class MyService : public mock_http::Service {
 public:
  mock_http::Response Handle(const mock_http::Request&) override { return {}; }
  std::string RedactBody(const mock_http::Request&, std::string_view body, bool) const override {
    return std::string(body);
  }
};

void MockOfOnesOwn() {
  mock_http::SystemClock clock;
  mock_http::SystemRandom random;
  MyService service;
  mock_http::Endpoint endpoint(service, clock, random);
  auto server = mock_http::Server::Start(endpoint, {});
  std::printf("%s", (*server)->BaseUrl().c_str());
  endpoint.Locked(
      [](auto& e) { e.faults().Put({.match = {.method = "POST", .times = 1}, .action = {.status = 503}}); });
}

}  // namespace

int main() {
  BothInProcess();
  AcmeDnsOnSockets();
  AcmeDnsInMemory();
  KubernetesInMemory();
  MockOfOnesOwn();
  return KubernetesOnSockets() ? 1 : 0;
}
