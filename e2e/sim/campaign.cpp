#include "sim/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <ctime>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace sim {
namespace {

/// Processor time of the calling thread.
double ThreadSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

Report PlayOne(const DrawOptions& draw, const CampaignHooks& hooks) {
  const double begun = ThreadSeconds();
  Report report;
  try {
    report = PlayWorld(DrawWorld(draw), {.trace = hooks.trace, .timelines = draw.world == 0});
  } catch (const std::exception& error) {
    report = {.seed = draw.seed, .profile = std::string(Name(draw.profile)), .worlds = 1};
    report.violations = {{.what = ViolationClass::kCrash,
                          .checker = "world",
                          .message = error.what(),
                          .seed = draw.seed,
                          .world = draw.world}};
  }
  report.wall_seconds = ThreadSeconds() - begun;
  report.played = {{draw.seed, {draw.world}}};
  return report;
}

std::uint64_t RunsOf(const Report& report) {
  std::uint64_t runs = 0;
  for (const auto& [outcome, count] : report.runs_by_outcome) runs += count;
  return runs;
}

std::optional<int> ParseNumber(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::expected<Shard, std::string> ParseShard(std::string_view text) {
  const std::size_t slash = text.find('/');
  const int index = ParseNumber(text.substr(0, slash)).value_or(-1);
  const int count = slash == std::string_view::npos ? -1 : ParseNumber(text.substr(slash + 1)).value_or(-1);
  if (index < 0 || index >= count) {
    return std::unexpected(fmt::format("\"{}\" is no shard: I/N with I from 0 to N - 1", text));
  }
  return Shard{.index = index, .count = count};
}

std::vector<DrawOptions> WorldsOf(const CampaignOptions& options) {
  std::vector<DrawOptions> worlds;
  for (int first = 0, world = 0; first < options.clusters; first += kClustersPerWorld, ++world) {
    if (options.only_world ? world != *options.only_world : world % options.shard.count != options.shard.index)
      continue;
    worlds.push_back({.seed = options.seed,
                      .world = world,
                      .clusters = std::min(kClustersPerWorld, options.clusters - first),
                      .days = options.days,
                      .profile = options.profile,
                      .all_controllers = options.all_controllers});
  }
  return worlds;
}

Report RunCampaign(const CampaignOptions& options, const CampaignHooks& hooks) {
  const std::vector<DrawOptions> worlds = WorldsOf(options);
  std::vector<Report> reports(worlds.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  Progress progress{.worlds = worlds.size()};
  const auto work = [&] {
    for (std::size_t i = next++; i < worlds.size(); i = next++) {
      reports[i] = PlayOne(worlds[i], hooks);
      const std::scoped_lock lock(mutex);
      ++progress.worlds_done;
      progress.runs += RunsOf(reports[i]);
      progress.violations += reports[i].violations.size();
      if (hooks.progress) hooks.progress(progress);
    }
  };
  if (options.jobs <= 1 || hooks.trace) {
    work();
  } else {
    std::vector<std::jthread> threads;
    threads.reserve(static_cast<std::size_t>(options.jobs));
    for (int i = 0; i < options.jobs; ++i) threads.emplace_back(work);
  }
  Report sum{.seed = options.seed,
             .profile = std::string(Name(options.profile)),
             .days_per_cluster = static_cast<double>(options.days.count())};
  for (const Report& report : reports) sum.Add(report);
  return sum;
}

std::string ReplayCommand(const CampaignOptions& options, const Violation& violation) {
  return fmt::format(" run --seed {} --clusters {} --days {} --profile {}{} --world {} --trace", options.seed,
                     options.clusters, options.days.count(), Name(options.profile),
                     options.all_controllers ? " --controllers all" : "", violation.world);
}

}  // namespace sim
