// acmedns-sim: the composition root of the simulator's commands.
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "sim/commands.h"
#ifdef SELFREG_MUTANTS
#include <algorithm>

#include "scenarios/mutants.h"
#endif

namespace sim {

std::string& Invocation() {
  static std::string invocation = "acmedns-sim";
  return invocation;
}

}  // namespace sim

namespace {

#ifdef SELFREG_MUTANTS
/// acmedns-sim-mutants, the build for tests whose client has a seeded mistake: --mutant NAME before the subcommand.
void AddMutantFlag(CLI::App& app) {
  const auto choose = [](const std::string& name) {
    const auto take = [&name](const auto& mutants) {
      const auto found = std::ranges::find_if(mutants, [&name](const auto& each) { return each.name == name; });
      if (found == std::end(mutants)) return false;
      client::active_mutant = found->mutant;
      return true;
    };
    if (!take(scenarios::kMutants) && !take(scenarios::kFurtherMutants)) {
      throw CLI::ValidationError("--mutant", "there is no mistake of that name (scenarios/mutants.h)");
    }
    sim::Invocation() = "acmedns-sim-mutants --mutant " + name;
  };
  app.add_option_function<std::string>("--mutant", choose, "The mistake that the client makes")->trigger_on_parse();
}
#endif

/// CLI11 takes an unknown subcommand for a missing one. Whether the first word is such a one, told to the person.
bool NamesUnknownCommand(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  std::string known;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_name() == argv[1]) return false;
    known += " " + command->get_name();
  }
  std::fprintf(stderr, "there is no subcommand \"%s\"; there are:%s\n", argv[1], known.c_str());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the client against acme-dns and Kubernetes in memory, on a virtual clock and under faults",
               "acmedns-sim"};
  app.require_subcommand(1);
#ifdef SELFREG_MUTANTS
  AddMutantFlag(app);
#endif
  app.set_help_all_flag("--help-all", "Print the help of every command");
  int exit_code = static_cast<int>(sim::SimExit::kHeld);
  sim::AddRunCommand(app, exit_code);
  sim::AddShrinkCommand(app, exit_code);
  sim::AddPlotCommand(app, exit_code);
  sim::AddMergeCommand(app, exit_code);
  sim::AddFleetCommand(app, exit_code);
  sim::AddFaultsCommand(app, exit_code);
  if (NamesUnknownCommand(app, argc, argv)) return static_cast<int>(sim::SimExit::kUsage);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(sim::SimExit::kUsage);
  }
  return exit_code;
}
