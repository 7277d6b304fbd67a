#include "sim/checkers/secret_valid.h"

#include <fmt/format.h>

namespace sim {

void SecretValid::OnClientWrite(const SecretWrite& write, AcmeSite& /*acme*/, Findings& findings) {
  const SecretState after = ReadSecret(write.after);
  if (after.form == SecretState::Form::kRefused) {
    findings.push_back("cert-manager would refuse what the client has written: " + after.problem);
  }
  for (const std::string& fqdn : write.run.configured) {
    const auto found = after.accounts.find(fqdn);
    if (found != after.accounts.end() && !found->second.Complete()) {
      findings.push_back(fmt::format("the client has left an incomplete entry for {}", fqdn));
    }
  }
}

}  // namespace sim
