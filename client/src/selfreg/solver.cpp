#include "selfreg/solver.h"

#include <fmt/format.h>

#include "kube/secret_store.h"

namespace client {

std::string SolverYaml(const SolverOptions& options) {
  return fmt::format(
      "- dns01:\n"
      "    acmeDNS:\n"
      "      host: \"{}\"\n"
      "      accountSecretRef:\n"
      "        name: \"{}\"\n"
      "        key: \"{}\"\n",
      options.endpoint, options.secret_name, kAcmednsJsonKey);
}

}  // namespace client
