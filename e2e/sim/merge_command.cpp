// `acmedns-sim merge`: the reports of a campaign's shards as one, with its summary and its verdict.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/campaign.h"
#include "sim/checkers/sometimes.h"
#include "sim/commands.h"
#include "sim/files.h"

namespace sim {
namespace {

struct MergeFlags {
  std::vector<std::string> reports;
  std::string out;
  bool sometimes = false;
  std::optional<int> shards;
};

int Fail(const std::string& message) {
  fmt::print(stderr, "{}\n", message);
  return static_cast<int>(SimExit::kUsage);
}

int Merge(const MergeFlags& flags) {
  Report sum;
  int shards = 0;
  std::vector<std::pair<std::string, Report>> seen;  // without what takes room
  for (const std::string& path : flags.reports) {
    const auto reports = ReadReportsFile(path);
    if (!reports) return Fail(reports.error());
    for (const Report& report : *reports) {
      if (shards++ > 0 && (report.profile != sum.profile || report.days_per_cluster != sum.days_per_cluster)) {
        return Fail(fmt::format("{} is of another campaign than {}: profile {}, {} days against profile {}, {} days",
                                path, flags.reports.front(), report.profile, report.days_per_cluster, sum.profile,
                                sum.days_per_cluster));
      }
      for (const auto& [other_path, other] : seen) {
        if (const auto shared = other.SharedWith(report)) {
          return Fail(fmt::format("{} and {} both hold world {} of seed {}; give each shard's report once", other_path,
                                  path, shared->second, shared->first));
        }
      }
      sum.Add(report);
      seen.emplace_back(path, Report{.played = report.played});
    }
  }
  if (flags.shards && shards != *flags.shards) {
    return Fail(fmt::format("--shards: there are {} reports, not {}", shards, *flags.shards));
  }
  fmt::print("{}{}", ToText(sum), ViolationsText(sum, [&sum](const Violation& violation) {
               // Where shards are missing, at least the world is there.
               const int up_to_world = (violation.world + 1) * kClustersPerWorld;
               return Invocation() + ReplayCommand({.seed = violation.seed,
                                                    .clusters = std::max(static_cast<int>(sum.clusters), up_to_world),
                                                    .days = std::chrono::days(static_cast<int>(sum.days_per_cluster)),
                                                    .profile = ProfileFromName(sum.profile).value_or(Profile::kSwarm)},
                                                   violation);
             }));
  if (!flags.out.empty()) {
    const auto written = WriteTextFile(flags.out, ToJson(sum).dump() + "\n");
    if (!written) return Fail("-o: " + written.error());
  }
  const SimExit worst = Worst(sum);
  const auto missing = flags.sometimes ? NeverSeen(sum) : std::vector<std::string>();
  for (const std::string& what : missing) fmt::print("sometimes: {}\n", what);
  return static_cast<int>(worst == SimExit::kHeld && !missing.empty() ? SimExit::kNeverSeen : worst);
}

}  // namespace

void AddMergeCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("merge", "Add up the reports of a campaign's shards; exits as run does");
  auto flags = std::make_shared<MergeFlags>();
  command->add_option("reports", flags->reports, "What run --report wrote, one per shard, or a log with their lines")
      ->required();
  command->add_option("--shards", flags->shards, "Refuse unless there are so many reports")->check(CLI::PositiveNumber);
  command->add_option("-o,--out", flags->out, "Write the sum as a report");
  command->add_flag("--sometimes", flags->sometimes,
                    "Fail unless each kind of fault, exit code and branch has come up in one of them");
  command->footer(
      "Examples:\n"
      "  acmedns-sim merge shard-0.json shard-1.json -o all.json\n"
      "  kubectl logs -l job-name=acmedns-sim --tail=-1 --max-log-requests=8 > shards.log\n"
      "  acmedns-sim merge shards.log --shards 8 --sometimes");
  command->callback([flags, &exit_code] { exit_code = Merge(*flags); });
}

}  // namespace sim
