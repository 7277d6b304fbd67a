#include "mock_kubeapi/server/kubeconfig.h"

#include "mock_kubeapi/base64.h"

namespace mock_kubeapi {

std::string MakeKubeconfig(const KubeconfigOptions& options) {
  std::string text =
      "apiVersion: v1\n"
      "kind: Config\n"
      "current-context: mock\n"
      "clusters:\n"
      "- name: mock\n"
      "  cluster:\n"
      "    server: " +
      options.server +
      "\n"
      "    certificate-authority-data: " +
      EncodeBase64(options.ca_certificate) +
      "\n"
      "contexts:\n"
      "- name: mock\n"
      "  context:\n"
      "    cluster: mock\n"
      "    namespace: default\n"
      "    user: admin\n"
      "users:\n"
      "- name: admin\n"
      "  user:\n";
  if (!options.client.certificate.empty()) {
    text += "    client-certificate-data: " + EncodeBase64(options.client.certificate) + "\n";
    text += "    client-key-data: " + EncodeBase64(options.client.private_key) + "\n";
  }
  if (!options.token.empty()) text += "    token: " + options.token + "\n";
  return text;
}

}  // namespace mock_kubeapi
