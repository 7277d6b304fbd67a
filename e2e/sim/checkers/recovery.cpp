#include "sim/checkers/recovery.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

constexpr const char* kChallenge = "challenge-of-cert-manager-has-43-characters";

bool Shows(AcmeSite& acme, const std::string& name, const std::string& text) {
  return std::ranges::count(acme.TextsAt(name), text) > 0;
}

/// The proof of it all: cert-manager's challenge, seen where the certificate authority looks.
void Challenge(const Recovery& recovery, const std::string& fqdn, const harness::AcmeDnsAccount& account,
               AcmeSite& acme, Checker::Findings& findings) {
  if (!acme.Present(account, kChallenge)) {
    findings.push_back(fmt::format("acme-dns refuses a challenge for {}", fqdn));
    return;
  }
  const auto cname = recovery.cnames.find(fqdn);
  if (cname != recovery.cnames.end() && Shows(acme, cname->second, kChallenge)) return;
  findings.push_back(fmt::format("a challenge does not show at _acme-challenge.{}, which points to {}", fqdn,
                                 cname == recovery.cnames.end() ? "nothing" : cname->second));
}

}  // namespace

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
    if (stored != run.stored_texts.end() && !Shows(acme, found->second.fulldomain, stored->second)) {
      findings.push_back(fmt::format("the text that was stored for {} does not show in DNS", fqdn));
    }
  }
  // Afterwards, as acme-dns keeps two texts only.
  for (const std::string& fqdn : recovery.fqdns) {
    const auto found = run.after.accounts.find(fqdn);
    if (found != run.after.accounts.end() && acme.Holds(found->second))
      Challenge(recovery, fqdn, found->second, acme, findings);
  }
  if (run.after.form != SecretState::Form::kGood) {
    findings.push_back(fmt::format("the Secret is {}", sim::Name(run.after.form)));
  }
}

}  // namespace sim
