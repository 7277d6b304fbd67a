// Kubernetes manifests for the clients of a parameter file: what a cluster needs to register them and keep them valid.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "error.h"
#include "manifests/params.h"

namespace client {

/// A cert-manager ClusterIssuer that solves dns01 challenges with the clients' Secrets.
struct IssuerOptions {
  std::string name;
  std::string email;        ///< may be empty
  std::string acme_server;  ///< directory URL
};

struct ManifestOptions {
  std::string namespace_name = "cert-manager";
  std::string image;
  std::string scope;      ///< for the schedules
  std::string time_zone;  ///< empty: the cluster's
  /// --start-jitter of the CronJobs: spreads over a minute what the schedule starts in the same one. 0: none.
  std::chrono::milliseconds start_jitter{59'000};
  std::string acme_ca_pem;             ///< further CA for acme-dns; empty: none
  std::vector<std::string> arguments;  ///< further flags of register and check
  std::vector<std::string> clients;    ///< only these; empty: all
  std::optional<IssuerOptions> issuer;
};

enum class ManifestFormat : std::uint8_t {
  kYaml,  ///< documents separated by "---"
  kJson,  ///< one v1 List
};

/// Ready for `kubectl apply --server-side -f -`, in a stable order: ServiceAccount, Role, RoleBinding, the CA's
/// ConfigMap, and per client the Secrets, the Job and the CronJob; last the ClusterIssuer. The Role covers all clients
/// of the file, also where `clients` picks some, so that applying a part takes no rights away. The Secret of the
/// registrations has no data: applying it again never touches what the client has saved. kMisconfigured for a client
/// in `clients` that the file has not.
Result<std::string> RenderManifests(const std::vector<AcmeClientParams>& params, const ManifestOptions& options,
                                    ManifestFormat format);

/// One sentence per client that has more FQDNs than acme-dns keeps TXT values for, and per FQDN that an earlier client
/// has, too.
std::vector<std::string> ManifestWarnings(const std::vector<AcmeClientParams>& params);

}  // namespace client
