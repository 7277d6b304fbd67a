// A registration that acme-dns has made may still be of no use: behind a wrong allowfrom, or lost again at once.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// An account that a run has made is in the Secret only after acme-dns has accepted it in that run.
class ProvenBeforeWritten final : public Checker {
 public:
  std::string_view Name() const override { return "proven-before-written"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
