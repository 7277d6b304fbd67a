// The subcommands of acmedns-sim. Each stands in a file of its own and hangs itself into the command line.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "sim/exit_code.h"

namespace sim {

/// How this program is called: its name, and what of a violation's command stands before the subcommand.
std::string& Invocation();

// Each adds one subcommand; its callback sets `exit_code` and must let no exception out.

/// `run`: plays a campaign or a scenario and checks the invariants.
void AddRunCommand(CLI::App& app, int& exit_code);
/// `shrink`: finds the fewest faults with which a world still fails.
void AddShrinkCommand(CLI::App& app, int& exit_code);
/// `plot`: a cluster's time as a picture, from a report.
void AddPlotCommand(CLI::App& app, int& exit_code);
/// `merge`: adds up the reports of a campaign's shards.
void AddMergeCommand(CLI::App& app, int& exit_code);
/// `fleet`: a night of many clusters on one acme-dns.
void AddFleetCommand(CLI::App& app, int& exit_code);
/// `faults`: lists the kinds of faults.
void AddFaultsCommand(CLI::App& app, int& exit_code);

}  // namespace sim
