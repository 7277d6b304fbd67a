// Three parties gave the client a secret each, and none of the other two is to learn it.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// The token goes to Kubernetes only, basic auth to /register, a registration's key to /update.
class SecretsAtHome final : public Checker {
 public:
  std::string_view Name() const override { return "secrets-at-home"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
