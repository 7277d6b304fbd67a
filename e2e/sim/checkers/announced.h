// A new registration is of no use until a person sets its CNAME record.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// Where a run that was not killed has given an FQDN another CNAME target, its log names the record, its termination
/// message names the target, and an Event was sent that does.
class Announced final : public Checker {
 public:
  std::string_view Name() const override { return "announced"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
