#include "sim/checkers/credentials_kept.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

void CredentialsKept::OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) {
  if (write.run.command == client::Command::kReregister) return;
  const SecretState before = ReadSecret(write.before);
  const SecretState after = ReadSecret(write.after);
  for (const auto& [fqdn, account] : before.accounts) {
    if (!acme.Holds(account) || write.run.MayReplaceUnconfirmed(account)) continue;
    // Rejected with good reason at first, and brought back by a restore while the run was at work: nobody can know.
    if (const auto back = acme.CameBackAt(account.username); back && *back >= write.run.start) continue;
    const auto now = after.accounts.find(fqdn);
    if (now == after.accounts.end()) {
      if (!std::ranges::binary_search(write.run.configured, fqdn) && write.run.prune) continue;
      findings.push_back(
          fmt::format("the entry of {} is gone, although acme-dns holds its account {}", fqdn, account.fulldomain));
    } else if (now->second != account) {
      findings.push_back(fmt::format("the registration {} of {} is replaced by {}, although acme-dns holds it",
                                     account.fulldomain, fqdn, now->second.fulldomain));
    }
  }
}

}  // namespace sim
