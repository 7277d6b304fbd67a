// Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002) over the faults of
// a failing world.
#pragma once

#include <functional>
#include <vector>

#include "sim/fault_script.h"

namespace sim {

/// Whether a world with these faults still fails in the same way.
using StillFails = std::function<bool(const std::vector<PlannedFault>& script)>;

/// A part of `script` that still fails and from which no single fault can be left out. `script` itself must fail.
/// Calls `still_fails` some n log n times at best, n² at worst.
std::vector<PlannedFault> Shrink(std::vector<PlannedFault> script, const StillFails& still_fails);

}  // namespace sim
