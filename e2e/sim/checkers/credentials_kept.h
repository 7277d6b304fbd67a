// The promise of the product: credentials that work are never lost.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// No write but reregister's replaces or drops an entry whose credentials acme-dns held during the whole run, be its
/// database up or down; only --prune may drop an FQDN that is not configured.
class CredentialsKept final : public Checker {
 public:
  std::string_view Name() const override { return "credentials-kept"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
