// acmedns.json belongs to cert-manager, other tools and people as well as to the client.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// The client's writes leave an entry whose account stays as it is to the last member, and all entries of FQDNs that
/// are not configured, unless told to prune them. A new entry is what acme-dns has answered to this run, made for the
/// networks that were configured, or what the run has seen that a configured FQDN, or this very one, had.
class EntriesWhole final : public Checker {
 public:
  std::string_view Name() const override { return "entries-whole"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
