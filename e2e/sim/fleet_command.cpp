// `acmedns-sim fleet`: the load of a fleet's night on one acme-dns, and what the schedule is good for.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/retry.h"
#include "manifests/schedule.h"
#include "sim/commands.h"
#include "sim/files.h"
#include "sim/fleet.h"

namespace sim {
namespace {

struct FleetFlags {
  int clusters = 100'000;
  double jitter_seconds = 59;
  std::uint64_t seed = 1;
  int cores = 2;
  int update_ms = 66;
  std::string svg;
};

int MinuteOfCluster(int cluster) {
  return client::MinuteOfDay({.scope = fmt::format("tenant/cluster-{}", cluster), .client_name = "acme-dns"});
}

int PlayFleet(const FleetFlags& flags) {
  const client::RetryPolicy policy;
  FleetOptions options{.clusters = flags.clusters,
                       .seed = flags.seed,
                       .cores = flags.cores,
                       .update = std::chrono::milliseconds(flags.update_ms),
                       .timeout = policy.timeout,
                       .attempts = policy.attempts,
                       .backoff_base = policy.back_off_first,
                       .backoff_max = policy.back_off_max};
  const auto at_midnight = [](int) { return 0; };
  std::vector<NamedNight> nights;
  nights.push_back({.name = "all at midnight", .night = PlayNight(options, at_midnight)});
  nights.push_back({.name = "md5 minute", .night = PlayNight(options, MinuteOfCluster)});
  if (flags.jitter_seconds > 0) {
    options.jitter_max = std::chrono::milliseconds(static_cast<std::int64_t>(flags.jitter_seconds * 1000));
    nights.push_back({.name = fmt::format("md5 minute, jitter {:g} s", flags.jitter_seconds),
                      .night = PlayNight(options, MinuteOfCluster)});
  }
  const double per_second = 1000.0 * flags.cores / flags.update_ms;
  fmt::print(
      "{} clusters on one acme-dns that makes {:.1f} updates a second ({} cores, {} ms each); the schedule's two "
      "hours bring {:.1f} a second on average\n\n",
      flags.clusters, per_second, flags.cores, flags.update_ms, flags.clusters / 7200.0);
  fmt::print("{}", FleetText(nights));
  if (!flags.svg.empty()) {
    if (const auto written = WriteTextFile(flags.svg, FleetSvg(nights, 60 * per_second)); !written) {
      fmt::print(stderr, "--svg: {}\n", written.error());
      return static_cast<int>(SimExit::kUsage);
    }
  }
  return static_cast<int>(SimExit::kHeld);
}

}  // namespace

void AddFleetCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "fleet", "Play a night of many clusters on one acme-dns: all at midnight, by the md5 schedule, and with jitter");
  auto flags = std::make_shared<FleetFlags>();
  command->add_option("--clusters", flags->clusters, "How many")
      ->check(CLI::Range(1, 2'000'000))
      ->capture_default_str();
  command->add_option("--jitter", flags->jitter_seconds, "--start-jitter of the checks, in seconds; 0: none")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  command->add_option("--cores", flags->cores, "Of acme-dns")->check(CLI::Range(1, 256))->capture_default_str();
  command->add_option("--update-ms", flags->update_ms, "Processor time of one update (bcrypt)")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Of all that is random")->capture_default_str();
  command->add_option("--svg", flags->svg, "Write the histograms as SVG");
  command->footer(
      "Examples:\n"
      "  acmedns-sim fleet --clusters 100000 --svg night.svg\n"
      "  acmedns-sim fleet --clusters 100000 --jitter 0 --cores 4");
  command->callback([flags, &exit_code] { exit_code = PlayFleet(*flags); });
}

}  // namespace sim
