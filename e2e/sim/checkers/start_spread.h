// Cron starts the checks of all clusters with the same minute in the same second; the wait before the first request is
// what keeps them apart.
#pragma once

#include <array>
#include <cstddef>

#include "sim/checkers/checker.h"

namespace sim {

/// The first requests of checks come from all parts of the time that --start-jitter gives. Looks at some hundred runs
/// at a time: that a part stays empty by chance is not to be expected in a million campaigns.
class StartSpread final : public Checker {
 public:
  std::string_view Name() const override { return "start-spread"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;

 private:
  static constexpr std::size_t kParts = 4;
  static constexpr std::size_t kRuns = 120;
  std::array<std::size_t, kParts> started_{};
  std::size_t runs_ = 0;
};

}  // namespace sim
