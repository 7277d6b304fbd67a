// Which branches of the client's decision table a run has gone through, told from its own summary and from what the
// world knows of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/run_record.h"

namespace sim {

/// Adds the run's branches, "check: reregistered, valid" and the like, to `counts`.
void CountBranches(const RunRecord& run, std::map<std::string, std::uint64_t>& counts);

/// The branches that a campaign with every kind of fault must go through.
const std::vector<std::string>& ExpectedBranches();

}  // namespace sim
