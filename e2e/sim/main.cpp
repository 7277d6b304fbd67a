// acmedns-sim: the composition root of the simulator's commands.
#include <CLI/CLI.hpp>

#include "sim/commands.h"

int main(int argc, char** argv) {
  CLI::App app{"Runs the client against acme-dns and Kubernetes in memory, on a virtual clock and under faults",
               "acmedns-sim"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Print the help of every command");
  int exit_code = static_cast<int>(sim::SimExit::kHeld);
  sim::AddRunCommand(app, exit_code);
  sim::AddShrinkCommand(app, exit_code);
  sim::AddPlotCommand(app, exit_code);
  sim::AddMergeCommand(app, exit_code);
  sim::AddFleetCommand(app, exit_code);
  sim::AddFaultsCommand(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(sim::SimExit::kUsage);
  }
  return exit_code;
}
