#include "sim/checkers/honest_exit.h"

#include <fmt/format.h>

namespace sim {

void HonestExit::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  if (run.exit_code() != 0 || !run.undisturbed()) return;
  for (const std::string& fqdn : run.configured) {
    const auto found = run.after.accounts.find(fqdn);
    if (found == run.after.accounts.end() || !found->second.Complete()) {
      findings.push_back(fmt::format("exit 0, and {} has no registration", fqdn));
      continue;
    }
    // `register` promises entries, not that acme-dns knows them.
    if (run.command == client::Command::kRegister) continue;
    if (run.AnswersFor(found->second).accepted) continue;
    findings.push_back(
        fmt::format("exit 0, and acme-dns has not accepted the registration {} of {}", found->second.fulldomain, fqdn));
  }
}

}  // namespace sim
