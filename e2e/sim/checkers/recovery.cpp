#include "sim/checkers/recovery.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

void RecoveryComplete::OnRecovery(const Recovery& recovery, AcmeSite& acme, Findings& findings) {
  const RunRecord& run = recovery.run;
  if (run.exit_code() != 0) findings.push_back(fmt::format("the check exits {}", run.exit_code()));
  for (const std::string& fqdn : recovery.fqdns) {
    const auto found = run.after.accounts.find(fqdn);
    if (found == run.after.accounts.end()) {
      findings.push_back(fmt::format("{} has no registration", fqdn));
      continue;
    }
    if (!acme.Holds(found->second)) {
      findings.push_back(fmt::format("{} has a registration that acme-dns does not hold", fqdn));
      continue;
    }
    const auto stored = run.stored_texts.find(found->second.username);
    if (stored == run.stored_texts.end()) continue;
    if (std::ranges::count(acme.Texts(found->second), stored->second) == 0) {
      findings.push_back(fmt::format("the text that was stored for {} does not show in DNS", fqdn));
    }
  }
  if (run.after.form != SecretState::Form::kGood) {
    findings.push_back(fmt::format("the Secret is {}", sim::Name(run.after.form)));
  }
}

}  // namespace sim
