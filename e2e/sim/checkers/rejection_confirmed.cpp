#include "sim/checkers/rejection_confirmed.h"

#include <fmt/format.h>

namespace sim {

void RejectionConfirmed::OnClientWrite(const SecretWrite& write, AcmeSite& /*acme*/, Findings& findings) {
  const RunRecord& run = write.run;
  if (run.command != client::Command::kCheck) return;
  const SecretState before = ReadSecret(write.before);
  // A map that cert-manager refuses has entries that the client can't use, whatever they look like one by one.
  if (before.form != SecretState::Form::kGood) return;
  const SecretState after = ReadSecret(write.after);
  for (const auto& [fqdn, account] : before.accounts) {
    const auto now = after.accounts.find(fqdn);
    if (now == after.accounts.end() || now->second == account || !account.Complete()) continue;
    if (run.MayReplaceUnconfirmed(account)) continue;
    const AccountAnswers answers = run.AnswersFor(account);
    if (answers.confirmed) continue;
    const AccountAnswers::Row row = answers.longest;
    const auto took = row.last - row.first;
    if (row.rejections >= run.confirm.tries && took >= run.confirm.spread) continue;
    findings.push_back(fmt::format("the registration {} of {} is replaced after {} rejections in a row within {} ms",
                                   account.fulldomain, fqdn, row.rejections,
                                   std::chrono::floor<std::chrono::milliseconds>(took).count()));
  }
}

}  // namespace sim
