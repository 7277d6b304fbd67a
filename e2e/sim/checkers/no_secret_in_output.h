// Logs and Events are read by many.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// No password and no token, plain or in base64, in log, standard output, termination message and Events.
class NoSecretInOutput final : public Checker {
 public:
  std::string_view Name() const override { return "no-secret-in-output"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
