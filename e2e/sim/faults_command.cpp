#include <fmt/format.h>

#include <cstdio>

#include "sim/commands.h"
#include "sim/fault_kind.h"

namespace sim {

void AddFaultsCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("faults", "List the kinds of faults, their rates and lengths");
  command->footer("Example:\n  acmedns-sim faults");
  command->callback([&exit_code] {
    fmt::print("{:<26}{:<10}{:>9}{:>9}{:>13}\n", "kind", "strikes", "per year", "hours", "probability");
    for (const FaultKindRow& row : FaultKindTable()) {
      fmt::print("{:<26}{:<10}{:>9.1f}{:>9}{:>13.1f}\n", row.name, row.per_cluster ? "a cluster" : "a world",
                 row.per_year, row.lasts ? fmt::format("{:.0f}", row.hours) : "once", row.probability);
    }
    exit_code = static_cast<int>(SimExit::kHeld);
  });
}

}  // namespace sim
