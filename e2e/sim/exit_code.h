// Exit codes of acmedns-sim: the worst thing that a report holds.
#pragma once

#include "sim/report.h"

namespace sim {

enum class SimExit : int {
  kHeld = 0,       ///< every invariant held
  kUsage = 2,      ///< the command line or a file given there is wrong
  kSafety = 3,     ///< something was lost, broken or told
  kLiveness = 4,   ///< faults stopped, and something did not become valid
  kCrash = 5,      ///< the client threw, or a simulated part failed
  kNeverSeen = 6,  ///< the campaign did not come by all that it must have seen ("sometimes")
};

/// A crash is worse than a safety violation, and that than one of liveness. Never kUsage or kNeverSeen.
SimExit Worst(const Report& report);

}  // namespace sim
