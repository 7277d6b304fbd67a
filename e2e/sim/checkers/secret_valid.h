// cert-manager refuses a whole acmedns.json for one bad entry.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// Whatever the client writes, cert-manager takes every entry of it. (What a person has damaged is theirs until then.)
class SecretValid final : public Checker {
 public:
  std::string_view Name() const override { return "secret-valid"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
