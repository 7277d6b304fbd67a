// The subcommands of acmedns-sim. Each stands in a file of its own and hangs itself into the command line.
#pragma once

#include <CLI/CLI.hpp>

namespace sim {

/// Exit codes of acmedns-sim, also of its merge: the worst thing that a report holds.
enum class SimExit : int {
  kHeld = 0,       ///< every invariant held
  kUsage = 2,      ///< the command line or a file given there is wrong
  kSafety = 3,     ///< something was lost, broken or told
  kLiveness = 4,   ///< faults stopped, and something did not become valid
  kCrash = 5,      ///< the client threw, or a simulated part failed
  kNeverSeen = 6,  ///< the campaign did not come by all that it must have seen ("sometimes")
};

// Each adds one subcommand; its callback sets `exit_code` and must let no exception out.

/// `run`: plays a campaign or a scenario and checks the invariants.
void AddRunCommand(CLI::App& app, int& exit_code);
/// `shrink`: finds the fewest faults with which a world still fails.
void AddShrinkCommand(CLI::App& app, int& exit_code);
/// `faults`: lists the kinds of faults.
void AddFaultsCommand(CLI::App& app, int& exit_code);

}  // namespace sim
