// The controllers that every cluster runs and that no kind of workload brings along: namespaces, garbage, accounts,
// roles, custom definitions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/kinds/table.h"

namespace mock_kubeapi {

class TokenIssuer;

struct BuiltinControllerOptions {
  KindTable& kinds;
  const TokenIssuer& tokens;
  std::string ca_certificate;  ///< PEM, for kube-root-ca.crt and token Secrets
};

/// In the order in which they run. The references must outlive them.
std::vector<std::unique_ptr<Controller>> BuiltinControllers(const BuiltinControllerOptions& options);

}  // namespace mock_kubeapi
