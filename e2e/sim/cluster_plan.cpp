#include "sim/cluster_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "manifests/schedule.h"
#include "sim/workloads.h"

namespace sim {
namespace {

using std::chrono::days;
using std::chrono::hours;

/// Holds the clients' addresses, 127.0.0.1.
constexpr const char* kClientNetwork = "127.0.0.0/8";

/// What a cluster in N has.
bool OneIn(mock_http::Random& random, std::uint64_t n) {
  return random.Below(n) == 0;
}

Offset DrawOffset(mock_http::Random& random, Offset max) {
  return Offset(static_cast<Offset::rep>(random.Below(static_cast<std::uint64_t>(max.count()))));
}

/// Now and then a sync brings another list of FQDNs: one more, one less, or all others.
void DrawFqdnChanges(ClusterPlan& plan, mock_http::Random& random) {
  std::vector<std::string> fqdns = plan.run.fqdns;
  for (PlannedRun& run : plan.runs) {
    if (run.command != client::Command::kRegister || &run == &plan.runs.front() || !OneIn(random, 4)) continue;
    if (OneIn(random, 4)) {
      // Moved to a domain of its own: none of the names stays.
      for (std::string& fqdn : fqdns) fqdn.insert(0, "new-");
    } else if (fqdns.size() > 1 && OneIn(random, 2)) {
      fqdns.erase(fqdns.begin() + static_cast<std::ptrdiff_t>(random.Below(fqdns.size())));
    } else {
      // Sometimes one that was there before, whose entry may still be in the Secret.
      std::string added = fmt::format("n{}.{}", random.Below(6), fqdns.front().substr(fqdns.front().find('.') + 1));
      if (std::ranges::find(fqdns, added) == fqdns.end()) fqdns.push_back(std::move(added));
    }
    std::ranges::sort(fqdns);
    run.fqdns = fqdns;
  }
}

}  // namespace

ClusterPlan DrawClusterPlan(const ClusterPlanOptions& options, mock_http::Random& random) {
  ClusterPlan plan;
  plan.name = fmt::format("sim/cluster-{}-{}", options.world, options.cluster);
  plan.minute_of_day = client::MinuteOfDay({.scope = plan.name, .client_name = kClientName});

  const std::uint64_t fqdns = 1 + random.Below(4);
  for (std::uint64_t i = 0; i < fqdns; ++i) {
    plan.run.fqdns.push_back(fmt::format("n{}.c{}-{}.example.com", i, options.world, options.cluster));
  }
  std::ranges::sort(plan.run.fqdns);
  if (OneIn(random, 6)) plan.run.probe = client::ProbeMode::kReadOnly;
  if (OneIn(random, 6)) plan.run.verify_dns = client::DnsCheck::kOff;
  if (OneIn(random, 6)) plan.run.verify_dns = client::DnsCheck::kRequired;
  plan.run.verify_cname = OneIn(random, 4);
  plan.run.prune = OneIn(random, 8);
  if (OneIn(random, 8)) plan.resolvers = {"192.0.2.1"};
  plan.secret_is_managed = !OneIn(random, 3);
  plan.cname_delay = Offset(hours(1)) + DrawOffset(random, days(3));

  // Streams of their own, so that a shorter world is the beginning of a longer one.
  mock_http::SeededRandom syncs(random.Next());
  mock_http::SeededRandom people(random.Next());
  plan.runs.push_back({.command = client::Command::kRegister, .start = DrawOffset(random, hours(1))});
  for (Offset at = days(3) + DrawOffset(syncs, days(20)); at < options.days; at += DrawOffset(syncs, days(20))) {
    plan.runs.push_back({.command = client::Command::kRegister, .start = at});
  }
  for (Offset at = DrawOffset(people, days(200)); at < options.days; at += days(30) + DrawOffset(people, days(200))) {
    plan.runs.push_back({.command = client::Command::kReregister, .start = at});
  }
  std::ranges::stable_sort(plan.runs, {}, &PlannedRun::start);

  if (OneIn(random, 10)) plan.run.reregister_on = client::ReregisterOn::kFailure;
  if (OneIn(random, 5)) plan.allow_from = {kClientNetwork};
  mock_http::SeededRandom changes(random.Next());
  DrawFqdnChanges(plan, changes);
  plan.no_starting_deadline = OneIn(random, 3);
  plan.by_controllers = OneIn(random, 4);
  return plan;
}

}  // namespace sim
