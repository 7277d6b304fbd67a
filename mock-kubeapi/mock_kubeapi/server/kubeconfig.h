// The kubeconfig that a mock hands out.
#pragma once

#include <string>

#include "mock_http/tls_identity.h"

namespace mock_kubeapi {

struct KubeconfigOptions {
  std::string server;          ///< base URL
  std::string ca_certificate;  ///< PEM
  mock_http::KeyPair client;   ///< PEM; empty: no client certificate
  std::string token;           ///< empty: no token
};

/// YAML with everything inline, one context called "mock".
std::string MakeKubeconfig(const KubeconfigOptions& options);

}  // namespace mock_kubeapi
