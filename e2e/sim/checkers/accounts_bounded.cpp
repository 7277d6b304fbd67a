#include "sim/checkers/accounts_bounded.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sim {

namespace {

/// Whether there was any reason to make an account, by what the Secret held at first and what acme-dns has answered.
bool IsNeeded(const RunRecord& run) {
  if (run.command == client::Command::kReregister || run.before.form != SecretState::Form::kGood) return true;
  return std::ranges::any_of(run.configured, [&run](const std::string& fqdn) {
    const auto found = run.before.accounts.find(fqdn);
    if (found == run.before.accounts.end() || !found->second.Complete()) return true;
    // Also where acme-dns has thought better of it since.
    return run.AnswersFor(found->second).most_rejections >= run.confirm.tries || run.TookFailureForRejection();
  });
}

}  // namespace

void AccountsBounded::OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) {
  if (run.made.empty()) return;
  if (run.undisturbed() && !IsNeeded(run)) {
    findings.push_back(fmt::format("{} accounts were made, and none was needed", run.made.size()));
  }
  if (run.powerless)
    findings.push_back(fmt::format("{} accounts were made without the right to save one", run.made.size()));
  // Once in the Secret it has served its need, also when a person or another run has replaced it since.
  std::set<std::string> saved = run.written_users;
  for (const auto& [fqdn, account] : run.after.accounts) saved.insert(account.username);

  const auto is_saved = [&](const MadeAccount& made) { return saved.contains(made.username); };
  const auto kept = static_cast<std::size_t>(std::ranges::count_if(run.made, is_saved));
  const auto unused = static_cast<std::size_t>(
      std::ranges::count_if(run.made, [&](const MadeAccount& made) { return made.delivered && !is_saved(made); }));
  const bool excused = run.exit_code() != 0 || run.overlapped || run.meddled || acme.WasDownSince(run.start) ||
                       acme.WasChangedSince(run.start) || run.TookFailureForRejection();
  if (unused > (excused ? 1U : 0U)) {
    findings.push_back(fmt::format("{} accounts were made, received and not used", unused));
  }
  if (kept > std::max<std::size_t>(1, run.seen.size())) {
    findings.push_back(fmt::format("{} new accounts in place of {}", kept, run.seen.size()));
  }
}

}  // namespace sim
