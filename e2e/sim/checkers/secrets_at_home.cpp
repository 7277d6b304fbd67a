#include "sim/checkers/secrets_at_home.h"

namespace sim {

void SecretsAtHome::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  if (!run.strayed.empty()) findings.push_back(run.strayed.front());
}

}  // namespace sim
