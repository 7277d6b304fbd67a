// `acmedns-sim shrink`: finds the fewest faults with which a world still fails in the same way.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "sim/campaign_flags.h"
#include "sim/commands.h"
#include "sim/scenario_file.h"
#include "sim/shrink.h"

namespace sim {
namespace {

struct ShrinkFlags {
  CampaignFlags campaign;
  std::string scenario;
  std::string checker;
  std::string out;
};

/// The first violation that counts, if there is one.
std::optional<Violation> Failure(const WorldSpec& spec, const std::string& checker, std::optional<int> cluster) {
  const Report report = PlayWorld(spec, {});
  const auto found = std::ranges::find_if(report.violations, [&](const Violation& violation) {
    return (checker.empty() || violation.checker == checker) && (!cluster || violation.cluster == *cluster);
  });
  return found == report.violations.end() ? std::nullopt : std::optional(*found);
}

/// As short as the failure allows: days after it prove nothing. A recovery that fails comes after the last day.
void CutDays(WorldSpec& spec, const Violation& failure) {
  const auto needed = std::chrono::days(static_cast<int>(failure.day) + 1);
  WorldSpec shorter = spec;
  shorter.days = std::min(spec.days, needed);
  std::erase_if(shorter.script, [&](const PlannedFault& fault) { return fault.start >= shorter.days; });
  if (Failure(shorter, failure.checker, failure.cluster)) spec = std::move(shorter);
}

/// Without the other clusters, where the failure does without them.
void KeepOneCluster(WorldSpec& spec, const Violation& failure) {
  WorldSpec alone = spec;
  alone.only_cluster = failure.cluster;
  std::erase_if(alone.script,
                [&](const PlannedFault& fault) { return fault.cluster >= 0 && fault.cluster != failure.cluster; });
  if (Failure(alone, failure.checker, failure.cluster)) spec = std::move(alone);
}

std::expected<WorldSpec, std::string> SpecOf(const ShrinkFlags& flags) {
  if (!flags.scenario.empty()) {
    auto scenario = ReadScenario(flags.scenario);
    if (!scenario) return std::unexpected("--scenario: " + scenario.error());
    return std::move(scenario->spec);
  }
  const auto worlds = WorldsOf(flags.campaign.Options());
  if (flags.campaign.world && worlds.empty()) {
    return std::unexpected(
        fmt::format("--world: {} clusters have no world {}", flags.campaign.clusters, *flags.campaign.world));
  }
  if (!flags.campaign.world) {
    return std::unexpected("name the world to shrink with --world (a violation says which), or give --scenario");
  }
  return DrawWorld(worlds.front());
}

int ShrinkWorld(const ShrinkFlags& flags) {
  auto spec = SpecOf(flags);
  if (!spec) {
    fmt::print(stderr, "{}\n", spec.error());
    return static_cast<int>(SimExit::kUsage);
  }
  const auto failure = Failure(*spec, flags.checker, std::nullopt);
  if (!failure) {
    fmt::print(stderr, "this world holds every invariant: there is nothing to shrink\n");
    return static_cast<int>(SimExit::kUsage);
  }
  const std::size_t before = spec->script.size();
  CutDays(*spec, *failure);
  KeepOneCluster(*spec, *failure);
  std::size_t plays = 0;
  spec->script = Shrink(spec->script, [&](const std::vector<PlannedFault>& script) {
    WorldSpec part = *spec;
    part.script = script;
    ++plays;
    return Failure(part, failure->checker, failure->cluster).has_value();
  });
  fmt::print(stderr, "{} faults of {} are left, after {} plays\n", spec->script.size(), before, plays);
  const std::string text =
      ScenarioText({.about = fmt::format("{} in cluster {}: {}", failure->checker, failure->cluster, failure->message),
                    .spec = *spec});
  if (flags.out.empty()) {
    fmt::print("{}", text);
    return static_cast<int>(SimExit::kHeld);
  }
  std::ofstream file(flags.out);
  file << text;
  file.close();
  if (!file) {
    fmt::print(stderr, "--out: {} can't be written\n", flags.out);
    return static_cast<int>(SimExit::kUsage);
  }
  return static_cast<int>(SimExit::kHeld);
}

}  // namespace

void AddShrinkCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "shrink", "Delta-debug the faults of a failing world to the fewest, and print them as a scenario file");
  auto flags = std::make_shared<ShrinkFlags>();
  flags->campaign.AddTo(*command);
  command->add_option("--scenario", flags->scenario, "Shrink this scenario file instead")->check(CLI::ExistingFile);
  command->add_option("--checker", flags->checker, "Keep a failure of this checker; else of the first that fails");
  command->add_option("--out", flags->out, "Write the scenario to this file");
  command->footer(
      "Examples:\n"
      "  acmedns-sim shrink --seed 1 --clusters 1000 --world 7 --out scenario.json\n"
      "  acmedns-sim shrink --scenario scenario.json --checker announced");
  command->callback([flags, &exit_code] {
    try {
      exit_code = ShrinkWorld(*flags);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      exit_code = static_cast<int>(SimExit::kCrash);
    }
  });
}

}  // namespace sim
