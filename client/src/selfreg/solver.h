// The `solver` command: what a cert-manager Issuer needs to use the Secret.
#pragma once

#include <string>

namespace client {

struct SolverOptions {
  std::string endpoint;     ///< from NormaliseEndpoint()
  std::string secret_name;  ///< in the Issuer's namespace, or cert-manager's own for a ClusterIssuer
};

/// An item for `spec.acme.solvers` of an Issuer or ClusterIssuer: YAML, ending in a newline.
std::string SolverYaml(const SolverOptions& options);

}  // namespace client
