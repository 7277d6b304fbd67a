#include "kube/in_cluster.h"

#include <fmt/format.h>

#include "base/text.h"

namespace client {

Result<KubeAccess> LoadInCluster(const InClusterOptions& options, const FileReader& read_file) {
  if (options.host.empty()) {
    return Fail(ErrorKind::kMisconfigured,
                "no Kubernetes API server: give a kubeconfig with --kubeconfig (KUBECONFIG), or run in a pod, where "
                "KUBERNETES_SERVICE_HOST is set");
  }
  const auto read = [&](std::string_view name) -> Result<std::string> {
    auto content = read_file(fmt::format("{}/{}", options.folder, name));
    if (content) return std::string(Trim(*content));
    return Fail(ErrorKind::kMisconfigured,
                fmt::format("service account of the pod: {}; does the pod mount its service account's token?",
                            content.error().message));
  };
  auto token = read("token");
  if (!token) return std::unexpected(token.error());
  if (token->empty()) {
    return Fail(ErrorKind::kMisconfigured,
                fmt::format("service account of the pod: {}/token is empty", options.folder));
  }
  auto ca = read("ca.crt");
  if (!ca) return std::unexpected(ca.error());
  const auto namespace_name = read("namespace");

  const bool ipv6 = options.host.find(':') != std::string::npos;
  return KubeAccess{.server = fmt::format("https://{}:{}", ipv6 ? "[" + options.host + "]" : options.host,
                                          options.port.empty() ? "443" : options.port),
                    .default_namespace = namespace_name.value_or(""),
                    .ca_pem = *std::move(ca) + "\n",
                    .token = SecretText(*std::move(token)),
                    .source = "service account in " + options.folder};
}

}  // namespace client
