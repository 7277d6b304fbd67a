// How to reach an API server and who we are there, as values: what a kubeconfig or the pod's service account says, with
// every file read.
#pragma once

#include <functional>
#include <string>

#include "base/secret_text.h"
#include "error.h"

namespace client {

struct KubeAccess {
  std::string server;             ///< base URL, no final slash
  std::string default_namespace;  ///< may be empty
  std::string ca_pem;             ///< empty: the system's CA certificates count
  std::string tls_server_name;    ///< empty: the server's host
  std::string proxy_url;          ///< empty: as for everything else
  std::string client_certificate_pem;
  SecretText client_key_pem;
  SecretText token;    ///< empty: none
  std::string source;  ///< where all this comes from, for messages: "context lab of /home/me/.kube/config"

  bool operator==(const KubeAccess&) const = default;
};

/// The whole content of a file; kNotFound when there is none, kMisconfigured when it can't be read. Production passes
/// ReadFile() of io/files.h.
using FileReader = std::function<Result<std::string>(const std::string& path)>;

/// Reads everything again, as it is now.
using KubeAccessLoader = std::function<Result<KubeAccess>()>;

}  // namespace client
