// acme-dns says 401 for a wrong key, and for whatever its database says no to. One 401 proves nothing.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// check replaces a complete registration only after acme-dns has rejected it as often in a row, and over as long a
/// time, as is configured, and has not accepted it since.
class RejectionConfirmed final : public Checker {
 public:
  std::string_view Name() const override { return "rejection-confirmed"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
