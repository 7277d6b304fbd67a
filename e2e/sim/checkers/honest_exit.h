// An exit code 0 is what CronJobs, Argo CD and people go by.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// Exit 0 of an undisturbed run means: every configured FQDN has a complete registration, and check and reregister
/// have heard in that run that acme-dns accepts it. What was to be verified has been seen: a text that was stored
/// (--verify-dns required), the CNAME record of an FQDN whose target stays (--verify-cname). With --prune nothing is
/// left of FQDNs that are not configured. Exit 2 and nothing else where a redirect or a proxy
/// refuses all questions of a check. And exit 4 does not come of the token of its start where the Pod's
/// file has a newer one.
class HonestExit final : public Checker {
 public:
  std::string_view Name() const override { return "honest-exit"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
