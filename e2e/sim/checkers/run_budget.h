// A CronJob's Pod that hangs, or hammers, hurts others.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// A run ends by its deadline, give or take one DNS time-out, with a bounded number of requests and questions.
class RunBudget final : public Checker {
 public:
  std::string_view Name() const override { return "run-budget"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
