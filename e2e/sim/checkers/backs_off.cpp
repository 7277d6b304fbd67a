#include "sim/checkers/backs_off.h"

#include <fmt/format.h>

namespace sim {

void BacksOff::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  constexpr std::size_t kByChance = 2;
  if (run.hasty_tries > kByChance) {
    findings.push_back(fmt::format("{} requests that had failed came again at once", run.hasty_tries));
  }
  if (run.early_tries > 0) {
    findings.push_back(fmt::format("{} requests came again before the time of Retry-After", run.early_tries));
  }
}

}  // namespace sim
