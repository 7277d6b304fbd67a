#include "sim/checkers/announced.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

void Announced::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  // What others have replaced meanwhile is not the truth any more.
  if (!run.result || run.client_writes == 0 || !run.undisturbed()) return;
  for (const std::string& fqdn : run.configured) {
    const auto now = run.written.find(fqdn);
    if (now == run.written.end()) continue;
    const std::string& target = now->second.fulldomain;
    const auto before = run.before.accounts.find(fqdn);
    if (before != run.before.accounts.end() && before->second.fulldomain == target) continue;
    if (run.log.find(fmt::format("_acme-challenge.{}. IN CNAME {}.", fqdn, target)) == std::string::npos) {
      findings.push_back(fmt::format("{} has the new CNAME target {}, and the log does not say so", fqdn, target));
    }
    if (run.result->termination_message.find(target) == std::string::npos) {
      findings.push_back(
          fmt::format("{} has the new CNAME target {}, and the termination message does not say so", fqdn, target));
    }
    // Whether it was written at all is not known to the client; an Event would tell what may not be so.
    if (run.log.find("it is not known whether the Secret was written") != std::string::npos) continue;
    const auto names_it = [&target](const std::string& body) { return body.find(target) != std::string::npos; };
    if (std::ranges::none_of(run.event_bodies, names_it)) {
      findings.push_back(fmt::format("{} has the new CNAME target {}, and no Event was sent", fqdn, target));
    }
  }
}

}  // namespace sim
