#include "sim/checkers/honest_exit.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

void CheckVerified(const RunRecord& run, const std::string& fqdn, const harness::AcmeDnsAccount& account,
                   Checker::Findings& findings) {
  const auto stored = run.stored_texts.find(account.username);
  // Of a registration that was given up and then accepted again no text is asked for.
  const bool came_back = run.log.find("accepts the old registration again") != std::string::npos;
  if (run.dns_is_required && stored != run.stored_texts.end() && !came_back &&
      !run.texts_shown.contains(stored->second)) {
    findings.push_back(fmt::format("exit 0, and the text that was stored for {} was not seen in DNS", fqdn));
  }
  const auto before = run.before.accounts.find(fqdn);
  const bool stays = before != run.before.accounts.end() && before->second == account;
  if (run.verify_cname && stays &&
      !run.cnames_shown.contains({"_acme-challenge." + fqdn + ".", account.fulldomain + "."})) {
    findings.push_back(fmt::format("exit 0, and no CNAME of {} to {} was seen", fqdn, account.fulldomain));
  }
}

}  // namespace

void HonestExit::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  if (run.exit_code() == 4 && run.missed_token) {
    findings.push_back("exit 4, and the Pod's file has a token that was not tried");
  }
  if (run.result && run.command == client::Command::kCheck && run.updates > 0 && run.updates == run.refused_updates &&
      run.exit_code() != 2) {
    findings.push_back(
        fmt::format("exit {}, and something before acme-dns has refused all that was asked", run.exit_code()));
  }
  if (run.exit_code() != 0 || !run.undisturbed()) return;
  for (const std::string& fqdn : run.configured) {
    const auto found = run.after.accounts.find(fqdn);
    if (found == run.after.accounts.end() || !found->second.Complete()) {
      findings.push_back(fmt::format("exit 0, and {} has no registration", fqdn));
      continue;
    }
    CheckVerified(run, fqdn, found->second, findings);
    // `register` promises entries, not that acme-dns knows them.
    if (run.command == client::Command::kRegister) continue;
    if (run.AnswersFor(found->second).accepted) continue;
    findings.push_back(
        fmt::format("exit 0, and acme-dns has not accepted the registration {} of {}", found->second.fulldomain, fqdn));
  }
  if (!run.prune) return;
  for (const auto& [fqdn, account] : run.after.accounts) {
    if (!std::ranges::binary_search(run.configured, fqdn))
      findings.push_back(fmt::format("exit 0, and {} is not pruned", fqdn));
  }
}

}  // namespace sim
