// `acmedns-sim run`: a campaign, one of its worlds, or a scenario file; judged and summed up.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/campaign.h"
#include "sim/campaign_flags.h"
#include "sim/checkers/sometimes.h"
#include "sim/commands.h"
#include "sim/files.h"
#include "sim/scenario_file.h"

namespace sim {
namespace {

struct RunFlags {
  CampaignFlags campaign;
  std::string scenario;
  std::string report;
  bool trace = false;
  bool sometimes = false;
  bool verdict_later = false;
  int jobs = 1;
  std::string shard = "0/1";
};

void ShowProgress(const Progress& progress) {
  constexpr std::size_t kWidth = 40;
  const std::size_t filled = kWidth * progress.worlds_done / std::max<std::size_t>(1, progress.worlds);
  fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {}/{} worlds, {} runs, {} violations ", "", filled, "", kWidth - filled,
             progress.worlds_done, progress.worlds, progress.runs, progress.violations);
  if (progress.worlds_done == progress.worlds) fmt::print(stderr, "\n");
}

/// Timelines are for plot; in a log they would be its greatest part.
void PrintReport(Report report) {
  report.timelines.clear();
  fmt::print("{}\n", ToJson(report).dump());
}

bool WriteReport(const Report& report, const std::string& path) {
  if (path == "-") {
    PrintReport(report);
    return true;
  }
  const auto written = WriteTextFile(path, ToJson(report).dump() + "\n");
  if (!written) fmt::print(stderr, "--report: {}\n", written.error());
  return written.has_value();
}

/// Prints and judges. `replay` gives the command that plays a violation again.
int Conclude(const Report& report, const RunFlags& flags, const std::function<std::string(const Violation&)>& replay) {
  // The event log and the report go to standard output; the summary must not come between.
  std::FILE* out = flags.trace || flags.report == "-" ? stderr : stdout;
  fmt::print(out, "{}{}", ToText(report), ViolationsText(report, replay));
  SimExit exit = Worst(report);
  if (flags.sometimes) {
    const auto missing = NeverSeen(report);
    for (const std::string& what : missing) fmt::print(out, "sometimes: {}\n", what);
    if (!missing.empty() && exit == SimExit::kHeld) exit = SimExit::kNeverSeen;
  }
  if (!flags.report.empty() && !WriteReport(report, flags.report)) return static_cast<int>(SimExit::kUsage);
  return static_cast<int>(flags.verdict_later ? SimExit::kHeld : exit);
}

Trace::Sink TraceSink(const RunFlags& flags) {
  if (!flags.trace) return {};
  return [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stdout); };
}

int RunScenario(const RunFlags& flags) {
  const auto scenario = ReadScenario(flags.scenario);
  if (!scenario) {
    fmt::print(stderr, "--scenario: {}\n", scenario.error());
    return static_cast<int>(SimExit::kUsage);
  }
  const Report report = PlayWorld(scenario->spec, {.trace = TraceSink(flags), .timelines = true});
  return Conclude(report, flags, [&flags](const Violation&) {
    return fmt::format("{} run --scenario {} --trace", Invocation(), flags.scenario);
  });
}

int Run(const RunFlags& flags) {
  if (!flags.scenario.empty()) return RunScenario(flags);
  CampaignOptions options = flags.campaign.Options();
  options.jobs = flags.trace ? 1 : flags.jobs;
  const auto shard = ParseShard(flags.shard);
  if (!shard) {
    fmt::print(stderr, "--shard: {}\n", shard.error());
    return static_cast<int>(SimExit::kUsage);
  }
  options.shard = *shard;
  if (options.only_world && WorldsOf(options).empty()) {
    fmt::print(stderr, "--world: {} clusters have no world {}\n", options.clusters, *options.only_world);
    return static_cast<int>(SimExit::kUsage);
  }
  CampaignHooks hooks{.trace = TraceSink(flags)};
  if (isatty(STDERR_FILENO) != 0 && !flags.trace) hooks.progress = ShowProgress;
  const Report report = RunCampaign(options, hooks);
  return Conclude(report, flags,
                  [&options](const Violation& violation) { return Invocation() + ReplayCommand(options, violation); });
}

}  // namespace

void AddRunCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "run",
      "Play a campaign, or one world of it, and check the invariants. Exit: 0 all held, 2 usage, 3 a safety "
      "violation, 4 a liveness violation, 5 a crash, 6 --sometimes was not met");
  auto flags = std::make_shared<RunFlags>();
  flags->campaign.AddTo(*command);
  command->add_option("--scenario", flags->scenario, "Play this scenario file instead")->check(CLI::ExistingFile);
  command->add_option(
      "--report", flags->report,
      "Write the report as JSON, for plot and merge; -: to standard output, as one line without timelines");
  command->add_flag("--verdict-later", flags->verdict_later,
                    "Exit 0 whatever the report holds: merge judges it, with those of the other shards");
  command->add_flag("--trace", flags->trace, "Print the event log");
  command->add_flag("--sometimes", flags->sometimes,
                    "Fail unless each kind of fault, exit code and branch has come up");
  flags->jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command->add_option("--jobs", flags->jobs, "Worlds played at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--shard", flags->shard, "Play only part I of N of the worlds, as I/N")->capture_default_str();
  command->footer(
      "Examples:\n"
      "  acmedns-sim run --seed 1 --clusters 1000 --report report.json\n"
      "  acmedns-sim run --seed 1 --clusters 1000 --world 7 --trace\n"
      "  acmedns-sim run --seed 1 --clusters 1000 --shard 0/4 --report shard-0.json\n"
      "  acmedns-sim run --scenario e2e/sim/regressions/write-conflicts-with-itself.json --trace");
  command->callback([flags, &exit_code] {
    try {
      exit_code = Run(*flags);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      exit_code = static_cast<int>(SimExit::kCrash);
    }
  });
}

}  // namespace sim
