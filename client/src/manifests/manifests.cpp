#include "manifests/manifests.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "manifests/objects.h"
#include "manifests/yaml_text.h"

namespace client {
namespace {

constexpr std::size_t kTxtValuesKept = 2;

Result<std::vector<AcmeClientParams>> Pick(const std::vector<AcmeClientParams>& params,
                                           const std::vector<std::string>& names) {
  if (names.empty()) return params;
  for (const std::string& name : names) {
    if (std::ranges::find(params, name, &AcmeClientParams::name) != params.end()) continue;
    std::string known;
    for (const AcmeClientParams& client : params) known += (known.empty() ? "" : ", ") + client.name;
    return Fail(ErrorKind::kMisconfigured, fmt::format("--client: there is no client {} (there is: {})",
                                                       Printable(name, 60), known.empty() ? "none" : known));
  }
  std::vector<AcmeClientParams> picked;
  for (const AcmeClientParams& client : params) {
    if (std::ranges::find(names, client.name) != names.end()) picked.push_back(client);
  }
  return picked;
}

}  // namespace

Result<std::string> RenderManifests(const std::vector<AcmeClientParams>& params, const ManifestOptions& options,
                                    ManifestFormat format) {
  const auto clients = Pick(params, options.clients);
  if (!clients) return std::unexpected(clients.error());
  ManifestJson objects =
      ManifestJson::array({ServiceAccountObject(options), RoleObject(params, options), RoleBindingObject(options)});
  if (!options.acme_ca_pem.empty()) objects.push_back(CaConfigMapObject(options));
  for (const AcmeClientParams& client : *clients) {
    if (!client.username.empty()) objects.push_back(RegisterSecretObject(client, options));
    objects.push_back(ClientSecretObject(client, options));
    objects.push_back(RegisterJobObject(client, options));
    objects.push_back(CheckCronJobObject(client, options));
  }
  if (options.issuer) objects.push_back(ClusterIssuerObject(*clients, *options.issuer));

  if (format == ManifestFormat::kJson) {
    const ManifestJson list = {{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(objects)}};
    return list.dump(2) + "\n";
  }
  std::string text;
  for (const ManifestJson& object : objects) text += "---\n" + YamlText(object);
  return text;
}

std::vector<std::string> ManifestWarnings(const std::vector<AcmeClientParams>& params) {
  std::vector<std::string> warnings;
  std::map<std::string, std::string> clients;  // by the name without its wildcard
  for (const AcmeClientParams& client : params) {
    if (client.fqdns.size() > kTxtValuesKept) {
      warnings.push_back(fmt::format(
          "acmeClients.{}.fqdns: {} names share one registration, but acme-dns keeps two TXT values: certificates for "
          "more than two of them must not be ordered at the same time; or make further clients",
          client.name, client.fqdns.size()));
    }
    for (const std::string& fqdn : client.fqdns) {
      const std::string key = fqdn.starts_with("*.") ? fqdn.substr(2) : fqdn;
      const auto& [known, is_first] = clients.emplace(key, client.name);
      if (is_first || known->second == client.name) continue;
      warnings.push_back(fmt::format(
          "acmeClients.{}.fqdns: {} belongs to the client {}, too, but _acme-challenge.{} can be the CNAME of one "
          "registration only; leave it to one of them",
          client.name, fqdn, known->second, key));
    }
  }
  return warnings;
}

}  // namespace client
