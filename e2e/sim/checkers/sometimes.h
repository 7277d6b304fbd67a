// A campaign in which something never happened has proven nothing about it.
#pragma once

#include <string>
#include <vector>

#include "sim/report.h"

namespace sim {

/// What a campaign with every kind of fault must have seen and has not: a kind of fault that never struck, an exit code
/// that never was, a branch of the decision table that nobody took. One message each.
std::vector<std::string> NeverSeen(const Report& report);

}  // namespace sim
