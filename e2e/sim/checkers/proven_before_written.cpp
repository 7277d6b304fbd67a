#include "sim/checkers/proven_before_written.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

void ProvenBeforeWritten::OnClientWrite(const SecretWrite& write, AcmeSite& /*acme*/, Findings& findings) {
  const RunRecord& run = write.run;
  if (run.made.empty()) return;
  for (const auto& [fqdn, account] : ReadSecret(write.after).accounts) {
    // With its password: what a person has put in the place of that is not the run's.
    const bool is_made = std::ranges::any_of(run.made, [&account = account](const MadeAccount& made) {
      return made.username == account.username && made.password == account.password;
    });
    if (!is_made) continue;
    if (run.AnswersFor(account).accepted) continue;
    findings.push_back(fmt::format("{} has got {}, which acme-dns has not accepted yet", fqdn, account.fulldomain));
  }
}

}  // namespace sim
