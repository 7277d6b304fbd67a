#include "app/system_effects.h"

#include "app/version.h"
#include "io/files.h"

namespace client {
namespace {

TlsSettings KubeTls(const KubeAccess& access) {
  return {.system_cas = access.ca_pem.empty(),
          .ca_pem = access.ca_pem,
          .ca_source = access.source,
          .client_certificate_pem = access.client_certificate_pem,
          .client_key_pem = access.client_key_pem.Reveal(),
          .client_source = access.source,
          .server_name = access.tls_server_name};
}

ProxySettings KubeProxy(const Config& config, const KubeAccess& access) {
  if (access.proxy_url.empty()) return config.proxy;
  return {.http = access.proxy_url,
          .https = access.proxy_url,
          .no_proxy = {},
          .source = "the proxy-url of " + access.source};
}

}  // namespace

Result<KubeAccess> LoadKubeAccess(const Config& config) {
  if (config.kubeconfig.paths.empty()) return LoadInCluster(config.in_cluster, ReadFile);
  return LoadKubeconfig(config.kubeconfig, ReadFile);
}

Result<std::unique_ptr<SystemEffects>> SystemEffects::Create(const Config& config, const Stop& stop, Log& log) {
  auto access = LoadKubeAccess(config);
  if (!access) return std::unexpected(access.error());
  std::unique_ptr<SystemEffects> system(new SystemEffects(stop, log));

  auto acmedns = CurlTransport::Create({.peer = "acme-dns",
                                        .ca_remedy = "give its CA's certificate with --ca-file (ACME_DNS_CA_FILE)",
                                        .user_agent = UserAgent(),
                                        .tls = {.ca_pem = config.ca_pem, .ca_source = config.ca_source},
                                        .proxy = config.proxy},
                                       stop);
  if (!acmedns) return std::unexpected(acmedns.error());
  system->acmedns_ = *std::move(acmedns);

  auto kube = CurlTransport::Create({.peer = "the Kubernetes API server",
                                     .ca_remedy = "correct the certificate-authority of " + access->source,
                                     .user_agent = UserAgent(),
                                     .tls = KubeTls(*access),
                                     .proxy = KubeProxy(config, *access)},
                                    stop);
  if (!kube) return std::unexpected(kube.error());
  system->kube_ = *std::move(kube);

  system->server_ = access->server;
  system->default_namespace_ = access->default_namespace;
  system->credentials_.emplace(LoadedCredentials::Options{
      .loaded = *std::move(access),
      .load = [&config] { return LoadKubeAccess(config); },
      .apply = [transport =
                    system->kube_.get()](const KubeAccess& fresh) { return transport->SetTls(KubeTls(fresh)); }});
  return system;
}

Effects SystemEffects::effects() {
  return {.acmedns = *acmedns_,
          .kube = {.transport = *kube_,
                   .credentials = *credentials_,
                   .server = server_,
                   .default_namespace = default_namespace_},
          .resolver = resolver_,
          .clock = clock_,
          .random = random_,
          .log = log_};
}

}  // namespace client
