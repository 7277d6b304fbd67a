// Access to the API server as kubectl's configuration files describe it.
#pragma once

#include <string>
#include <vector>

#include "kube/access.h"

namespace client {

struct KubeconfigOptions {
  std::vector<std::string> paths;  ///< merged as kubectl does: the first file that names a thing defines it
  std::string context;             ///< empty: the files' current-context
};

/// The value of KUBECONFIG: paths separated by colons; empty ones are left out.
std::vector<std::string> SplitKubeconfigPaths(std::string_view value);

/// A file that is not there counts as empty as long as another one is. Errors are kMisconfigured and name the file, the
/// path to the value and the remedy: no file at all; not YAML or of a wrong form; a context, cluster or user that is
/// not there; a certificate or key that can't be read. What we don't do is refused, not ignored: insecure-skip-tls-
/// verify, exec and auth-provider plugins, user and password, impersonation, a token over http://.
Result<KubeAccess> LoadKubeconfig(const KubeconfigOptions& options, const FileReader& read_file);

}  // namespace client
