#include "mock_kubeapi/server/mock_kube_api.h"

#include <fmt/format.h>

#include <utility>

#include "mock_http/control.h"
#include "mock_http/host_port.h"
#include "mock_http/server.h"
#include "mock_http/tls_identity.h"
#include "mock_kubeapi/server/due_timer.h"
#include "mock_kubeapi/server/kubeconfig.h"
#include "mock_kubeapi/server/pod_runner.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kAdminUser = "kubernetes-admin";
constexpr std::size_t kTokenCharacters = 40;
constexpr std::string_view kTokenAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

std::unexpected<std::string> Bad(std::string_view option, std::string_view problem) {
  return std::unexpected(fmt::format("{}: {}", option, problem));
}

/// A certificate for the address to be bound and for the names that a cluster's API server has.
std::expected<mock_http::KeyPair, std::string> ServerKeyPair(const mock_http::CertificateAuthority& authority,
                                                             const std::string& listen) {
  const auto address = mock_http::ParseHostPort(listen);
  if (!address) return Bad("listen", address.error());
  mock_http::CertificateOptions options;
  options.common_name = "kube-apiserver";
  options.names = {"localhost", "127.0.0.1", "::1", "kubernetes", "kubernetes.default", "kubernetes.default.svc"};
  if (address->host != "127.0.0.1" && address->host != "::1") options.names.push_back(address->host);
  return authority.Issue(options);
}

void AddControlRoutes(KubeApi& kube, mock_http::ControlService& control) {
  control.AddRoute("GET", "/objects", "how many objects there are of each resource",
                   [&kube](const auto&, const nlohmann::json&) -> mock_http::ControlReply {
                     nlohmann::json counts = nlohmann::json::object();
                     for (const std::string& resource : kube.store().Resources()) {
                       counts[resource] = kube.store().CountOf(resource);
                     }
                     return {.json_body = counts.dump()};
                   });
  control.AddRoute("POST", "/compact", "forget the history: older resourceVersions are answered 410 from now on",
                   [&kube](const auto&, const nlohmann::json&) -> mock_http::ControlReply {
                     kube.store().Compact(kube.store().revision());
                     return {.json_body = nlohmann::json{{"revision", kube.store().revision()}}.dump()};
                   });
}

}  // namespace

/// In the order of dependence: what is later uses what is earlier, and is destroyed before it.
struct MockKubeApi::Parts {
  mock_http::SystemClock system_clock;
  mock_http::SystemRandom system_random;
  std::optional<mock_http::SeededRandom> seeded_random;
  mock_http::VirtualClock* virtual_clock = nullptr;
  int clock_observer = 0;
  std::optional<mock_http::CertificateAuthority> authority;
  mock_http::KeyPair admin;
  std::string admin_token;
  std::unique_ptr<PodRunner> pods;
  std::unique_ptr<KubeApi> kube;
  std::optional<mock_http::ControlService> control;
  std::optional<mock_http::Endpoint> control_endpoint;
  std::unique_ptr<DueTimer> timer;
  std::unique_ptr<mock_http::Server> server;
  std::unique_ptr<mock_http::Server> control_server;
};

MockKubeApi::MockKubeApi(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

MockKubeApi::~MockKubeApi() {
  Stop();
}

std::expected<std::unique_ptr<MockKubeApi>, std::string> MockKubeApi::Start(MockKubeApiOptions options) {
  auto parts = std::make_unique<Parts>();
  parts->virtual_clock = options.virtual_clock;
  const mock_http::Clock& clock = options.virtual_clock == nullptr
                                      ? static_cast<const mock_http::Clock&>(parts->system_clock)
                                      : *options.virtual_clock;
  if (options.seed) parts->seeded_random.emplace(*options.seed);
  mock_http::Random& random =
      options.seed ? static_cast<mock_http::Random&>(*parts->seeded_random) : parts->system_random;

  auto authority = mock_http::CertificateAuthority::Create("kubernetes");
  if (!authority) return Bad("tls", authority.error());
  parts->authority.emplace(std::move(*authority));
  auto server_pair = ServerKeyPair(*parts->authority, options.listen);
  if (!server_pair) return std::unexpected(server_pair.error());
  auto admin = parts->authority->Issue({.common_name = std::string(kAdminUser),
                                        .organizations = {std::string(kMastersGroup)},
                                        .names = {},
                                        .for_client = true});
  if (!admin) return Bad("tls", admin.error());
  parts->admin = std::move(*admin);
  parts->admin_token = mock_http::RandomText(random, kTokenAlphabet, kTokenCharacters);
  options.api.static_tokens.Add(parts->admin_token,
                                {.name = std::string(kAdminUser), .groups = {std::string(kMastersGroup)}});
  options.api.ca_certificate = parts->authority->certificate();

  auto kube = KubeApi::Create(std::move(options.api), clock, random);
  if (!kube) return Bad("service-account", kube.error());
  parts->kube = std::move(*kube);
  auto server = mock_http::Server::Start(
      parts->kube->endpoint(),
      {.listen = options.listen, .tls = std::move(*server_pair), .client_ca = parts->authority->certificate()});
  if (!server) return Bad("listen", server.error());
  parts->server = std::move(*server);
  const std::string base_url = parts->server->BaseUrl();
  parts->kube->endpoint().Locked(
      [&](mock_http::Endpoint&) { parts->kube->server().SetServerAddress(base_url.substr(base_url.find("//") + 2)); });
  if (!options.run_pods.empty()) {
    auto pods = PodRunner::Create({.programs = std::move(options.run_pods), .use_podman = options.use_podman});
    if (!pods) return Bad("run-pods", pods.error());
    parts->pods = std::move(*pods);
    parts->pods->Join(*parts->kube, random, parts->server->BaseUrl());
  }
  // Processes take their own time, whatever the clock.
  if (clock.Runs() || parts->pods) parts->timer = std::make_unique<DueTimer>(*parts->kube);
  if (parts->pods) parts->pods->SetWake([timer = parts->timer.get()] { timer->Wake(); });
  if (options.virtual_clock != nullptr) {
    parts->clock_observer = options.virtual_clock->AddObserver([raw = parts.get()] {
      raw->kube->RunControllers();
      if (raw->pods) raw->pods->Settle(*raw->kube);
      raw->server->WakeStreams();
    });
    options.virtual_clock->SetStops([raw = parts.get()] { return raw->kube->NextDue(); });
  }

  if (options.control_listen) {
    parts->control.emplace(parts->kube->endpoint(), options.virtual_clock);
    AddControlRoutes(*parts->kube, *parts->control);
    parts->control_endpoint.emplace(*parts->control, clock, random);
    parts->control_endpoint->history().SetCapacity(0);
    auto control = mock_http::Server::Start(
        *parts->control_endpoint, {.listen = *options.control_listen, .tls = {}, .client_ca = {}, .threads = 1});
    if (!control) return Bad("control", control.error());
    parts->control_server = std::move(*control);
  }
  return std::unique_ptr<MockKubeApi>(new MockKubeApi(std::move(parts)));
}

std::string MockKubeApi::BaseUrl() const {
  return parts_->server->BaseUrl();
}
std::uint16_t MockKubeApi::port() const {
  return parts_->server->port();
}

std::string MockKubeApi::ControlUrl() const {
  return parts_->control_server ? parts_->control_server->BaseUrl() : std::string();
}

const std::string& MockKubeApi::CaCertificate() const {
  return parts_->authority->certificate();
}
const std::string& MockKubeApi::AdminToken() const {
  return parts_->admin_token;
}

std::string MockKubeApi::Kubeconfig() const {
  return MakeKubeconfig({.server = BaseUrl(), .ca_certificate = CaCertificate(), .client = parts_->admin, .token = {}});
}

std::string MockKubeApi::KubeconfigForToken(const std::string& token) const {
  return MakeKubeconfig({.server = BaseUrl(), .ca_certificate = CaCertificate(), .client = {}, .token = token});
}

KubeApi& MockKubeApi::kube() {
  return *parts_->kube;
}

void MockKubeApi::Stop() {
  if (parts_->control_server) parts_->control_server->Stop();
  if (parts_->virtual_clock != nullptr && parts_->clock_observer != 0) {
    parts_->virtual_clock->SetStops(nullptr);
    parts_->virtual_clock->RemoveObserver(std::exchange(parts_->clock_observer, 0));
  }
  if (parts_->pods) parts_->pods->SetWake(nullptr);
  parts_->timer.reset();
  parts_->server->Stop();
}

}  // namespace mock_kubeapi
