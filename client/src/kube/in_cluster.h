// Access to the API server from inside a pod: the service account that the kubelet mounts.
#pragma once

#include <string>

#include "kube/access.h"

namespace client {

struct InClusterOptions {
  std::string host;    ///< KUBERNETES_SERVICE_HOST
  std::string port;    ///< KUBERNETES_SERVICE_PORT; empty: 443
  std::string folder;  ///< with token, ca.crt and namespace
};

inline constexpr const char* kServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/// kMisconfigured, saying what a pod needs, when the host or a file other than `namespace` is missing, or the token is
/// empty.
Result<KubeAccess> LoadInCluster(const InClusterOptions& options, const FileReader& read_file);

}  // namespace client
