#include "sim/checkers/secret_valid.h"

namespace sim {

void SecretValid::OnClientWrite(const SecretWrite& write, AcmeSite& /*acme*/, Findings& findings) {
  const SecretState after = ReadSecret(write.after);
  if (after.form == SecretState::Form::kRefused) {
    findings.push_back("cert-manager would refuse what the client has written: " + after.problem);
  }
}

}  // namespace sim
