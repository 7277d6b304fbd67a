// The termination message and --output json are all that automation, and most people, see of a run.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// Both are there after every run that was not killed, and say what the world says: the exit code, why it failed, which
/// registration each FQDN has. No record to set is named, in them or in the log, that was not in the Secret by then.
class SummaryTrue final : public Checker {
 public:
  std::string_view Name() const override { return "summary-true"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
