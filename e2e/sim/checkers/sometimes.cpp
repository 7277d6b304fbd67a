#include "sim/checkers/sometimes.h"

#include <fmt/format.h>

#include "sim/branches.h"
#include "sim/fault_kind.h"

namespace sim {

std::vector<std::string> NeverSeen(const Report& report) {
  std::vector<std::string> missing;
  for (const FaultKindRow& row : FaultKindTable()) {
    if (!report.faults_fired.contains(std::string(row.name))) {
      missing.push_back(fmt::format("no fault {} has struck anything", row.name));
    }
  }
  for (const char* outcome : {"exit 0", "exit 2", "exit 3", "exit 4", "exit 5", "exit 6", "killed"}) {
    if (!report.runs_by_outcome.contains(outcome)) missing.push_back(fmt::format("no run ended with: {}", outcome));
  }
  for (const std::string& branch : ExpectedBranches()) {
    if (!report.branches.contains(branch)) missing.push_back(fmt::format("no run took the branch: {}", branch));
  }
  return missing;
}

}  // namespace sim
