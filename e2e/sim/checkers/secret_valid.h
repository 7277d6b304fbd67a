// cert-manager refuses a whole acmedns.json for one bad entry.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// Whatever the client writes, cert-manager takes the map, and each configured FQDN that is in it has a complete entry.
/// (What a person has damaged is theirs until then.)
class SecretValid final : public Checker {
 public:
  std::string_view Name() const override { return "secret-valid"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
