#include "sim/checkers/start_spread.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

void StartSpread::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  if (run.command != client::Command::kCheck || !run.first_request || run.start_jitter.count() == 0) return;
  const auto waited = std::chrono::floor<std::chrono::milliseconds>(*run.first_request - run.start);
  const auto part =
      static_cast<std::size_t>(waited.count()) * kParts / static_cast<std::size_t>(run.start_jitter.count());
  ++started_.at(std::min(part, kParts - 1));
  if (++runs_ < kRuns) return;
  const auto empty = std::ranges::count(started_, std::size_t{0});
  if (empty > 0) {
    findings.push_back(fmt::format("of {} checks none began in {} of the {} parts of the time that they may wait",
                                   runs_, empty, kParts));
  }
  started_ = {};
  runs_ = 0;
}

}  // namespace sim
