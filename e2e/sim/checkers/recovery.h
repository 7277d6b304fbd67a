// First safety under faults; then the faults stop, and everything must come right.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// One check without faults exits 0, leaves a registration that acme-dns holds for every FQDN, and the text that it has
/// stored shows in DNS. Then a challenge stored with those credentials shows at _acme-challenge.<fqdn>, where people
/// have followed what the runs told them.
class RecoveryComplete final : public Checker {
 public:
  std::string_view Name() const override { return "recovery"; }
  ViolationClass Class() const override { return ViolationClass::kLiveness; }
  void OnRecovery(const Recovery& recovery, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
