// `acmedns-sim plot`: one cluster's time as SVG, from the report of a campaign.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "sim/commands.h"
#include "sim/files.h"
#include "sim/plot.h"

namespace sim {
namespace {

struct PlotFlags {
  std::string report;
  std::optional<int> world;
  std::optional<int> cluster;
  std::string out;
};

int Fail(const std::string& message) {
  fmt::print(stderr, "{}\n", message);
  return static_cast<int>(SimExit::kUsage);
}

/// "0/3, 0/7": the world and cluster of each timeline.
std::string Names(const std::vector<Timeline>& timelines) {
  std::string names;
  for (const Timeline& timeline : timelines) {
    names += fmt::format("{}{}/{}", names.empty() ? "" : ", ", timeline.world, timeline.cluster);
  }
  return names;
}

/// The end of the last thing that happened, where the report doesn't say how long a cluster lived.
double DaysOf(const Timeline& timeline) {
  double days = 0;
  for (const Timeline::Run& run : timeline.runs) days = std::max(days, run.end_day);
  for (const auto* spans : {&timeline.faults, &timeline.invalid}) {
    for (const Timeline::Span& span : *spans) days = std::max(days, span.end_day);
  }
  return days;
}

int Plot(const PlotFlags& flags) {
  const auto report = ReadReportFile(flags.report);
  if (!report) return Fail(report.error());
  const auto& timelines = report->timelines;
  if (timelines.empty()) return Fail(flags.report + " has no timelines");
  const auto found = std::ranges::find_if(timelines, [&flags](const Timeline& timeline) {
    return timeline.world == flags.world.value_or(timeline.world) &&
           timeline.cluster == flags.cluster.value_or(timeline.cluster);
  });
  if (found == timelines.end()) {
    return Fail(fmt::format("{} has no timeline of that cluster; it has those of (world/cluster) {}", flags.report,
                            Names(timelines)));
  }
  const double days = report->days_per_cluster > 0 ? report->days_per_cluster : DaysOf(*found);
  const std::string svg = TimelineSvg(*found, days);
  if (flags.out.empty()) {
    fmt::print("{}", svg);
  } else if (const auto written = WriteTextFile(flags.out, svg); !written) {
    return Fail("-o: " + written.error());
  }
  return static_cast<int>(SimExit::kHeld);
}

}  // namespace

void AddPlotCommand(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("plot", "Draw one cluster of a report: credentials, runs and faults over time");
  auto flags = std::make_shared<PlotFlags>();
  command->add_option("report", flags->report, "What run --report wrote")->required();
  command->add_option("--world", flags->world, "World of the cluster (default the first that fits)");
  command->add_option("--cluster", flags->cluster, "Which cluster (default the first that fits)");
  command->add_option("-o,--out", flags->out, "SVG file to write (default standard output)");
  command->footer(
      "Examples:\n"
      "  acmedns-sim plot report.json -o cluster.svg\n"
      "  acmedns-sim plot report.json --world 3 --cluster 14 -o cluster.svg");
  command->callback([flags, &exit_code] { exit_code = Plot(*flags); });
}

}  // namespace sim
