#include "mock_acmedns/mock_acmedns.h"

#include <fmt/format.h>

#include <utility>

#include "mock_acmedns/control_routes.h"
#include "mock_acmedns/dns_server.h"
#include "mock_http/control.h"
#include "mock_http/host_port.h"
#include "mock_http/server.h"
#include "mock_http/tls_identity.h"

namespace mock_acmedns {
namespace {

/// "option: problem".
std::unexpected<std::string> Bad(std::string_view option, std::string_view problem) {
  return std::unexpected(fmt::format("{}: {}", option, problem));
}

/// A server certificate for the address to be bound, "localhost" and the zone's own name.
std::expected<mock_http::KeyPair, std::string> MakeKeyPair(const mock_http::CertificateAuthority& authority,
                                                           const std::string& listen, const std::string& domain) {
  const auto address = mock_http::ParseHostPort(listen);
  if (!address) return Bad("http", address.error());
  mock_http::CertificateOptions options;
  options.common_name = domain;
  options.names = {domain, "localhost", "127.0.0.1", "::1"};
  if (address->host != "127.0.0.1" && address->host != "::1") options.names.push_back(address->host);
  return authority.Issue(options);
}

}  // namespace

/// In the order of dependence: what is later uses what is earlier, and is destroyed before it.
struct MockAcmeDns::Parts {
  mock_http::SystemClock system_clock;
  mock_http::SystemRandom system_random;
  std::optional<mock_http::SeededRandom> seeded_random;
  std::unique_ptr<AcmeDns> acme;
  std::optional<mock_http::CertificateAuthority> authority;
  std::optional<mock_http::ControlService> control;
  std::optional<mock_http::Endpoint> control_endpoint;
  std::string no_certificate;
  std::unique_ptr<mock_http::Server> http;
  std::unique_ptr<DnsServer> dns;
  std::unique_ptr<mock_http::Server> control_server;
};

MockAcmeDns::MockAcmeDns(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

MockAcmeDns::~MockAcmeDns() {
  Stop();
}

std::expected<std::unique_ptr<MockAcmeDns>, std::string> MockAcmeDns::Start(const MockAcmeDnsOptions& options) {
  auto parts = std::make_unique<Parts>();
  const mock_http::Clock& clock = options.virtual_clock == nullptr
                                      ? static_cast<const mock_http::Clock&>(parts->system_clock)
                                      : *options.virtual_clock;
  if (options.seed) parts->seeded_random.emplace(*options.seed);
  mock_http::Random& random =
      options.seed ? static_cast<mock_http::Random&>(*parts->seeded_random) : parts->system_random;

  auto acme = AcmeDns::Create(options.config, clock, random);
  if (!acme) return std::unexpected(acme.error());
  parts->acme = std::move(*acme);

  mock_http::ServerOptions http_options{.listen = options.http_listen, .tls = {}, .client_ca = {}};
  // acme-dns sets no limit; this one only keeps a runaway client from filling the memory.
  http_options.body_bytes_max = std::size_t{64} << 20U;
  if (options.tls) {
    auto authority = mock_http::CertificateAuthority::Create("mock-acmedns CA");
    if (!authority) return Bad("tls", authority.error());
    auto key_pair = MakeKeyPair(*authority, options.http_listen, parts->acme->config().domain);
    if (!key_pair) return Bad("tls", key_pair.error());
    http_options.tls = std::move(*key_pair);
    parts->authority.emplace(std::move(*authority));
  }
  auto http = mock_http::Server::Start(parts->acme->endpoint(), http_options);
  if (!http) return Bad("http", http.error());
  parts->http = std::move(*http);

  auto dns = DnsServer::Start(options.dns_listen,
                              [acme_dns = parts->acme.get()](std::string_view message, Transport transport) {
                                return acme_dns->AskDns(message, transport);
                              });
  if (!dns) return Bad("dns", dns.error());
  parts->dns = std::move(*dns);

  if (options.control_listen) {
    parts->control.emplace(parts->acme->endpoint(), options.virtual_clock);
    AddControlRoutes(*parts->acme, *parts->control);
    parts->control_endpoint.emplace(*parts->control, clock, random);
    parts->control_endpoint->history().SetCapacity(0);
    auto control = mock_http::Server::Start(
        *parts->control_endpoint, {.listen = *options.control_listen, .tls = {}, .client_ca = {}, .threads = 1});
    if (!control) return Bad("control", control.error());
    parts->control_server = std::move(*control);
  }
  return std::unique_ptr<MockAcmeDns>(new MockAcmeDns(std::move(parts)));
}

std::string MockAcmeDns::BaseUrl() const {
  return parts_->http->BaseUrl();
}

std::string MockAcmeDns::DnsAddress() const {
  return parts_->dns->address();
}

std::uint16_t MockAcmeDns::dns_port() const {
  return parts_->dns->port();
}

std::uint16_t MockAcmeDns::http_port() const {
  return parts_->http->port();
}

std::string MockAcmeDns::ControlUrl() const {
  return parts_->control_server ? parts_->control_server->BaseUrl() : "";
}

const std::string& MockAcmeDns::ca_certificate() const {
  return parts_->authority ? parts_->authority->certificate() : parts_->no_certificate;
}

AcmeDns& MockAcmeDns::acme() {
  return *parts_->acme;
}

void MockAcmeDns::Stop() {
  if (parts_->control_server) parts_->control_server->Stop();
  parts_->http->Stop();
  parts_->dns->Stop();
}

}  // namespace mock_acmedns
