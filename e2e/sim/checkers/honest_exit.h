// An exit code 0 is what CronJobs, Argo CD and people go by.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// Exit 0 of an undisturbed run means: every configured FQDN has a complete registration, and check and reregister
/// have heard in that run that acme-dns accepts it.
class HonestExit final : public Checker {
 public:
  std::string_view Name() const override { return "honest-exit"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
