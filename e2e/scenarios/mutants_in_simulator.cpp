#include "scenarios/mutants_in_simulator.h"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "mock_http/random.h"
#include "sim/fault_script.h"
#include "sim/world.h"

namespace scenarios {
namespace {

constexpr int kClusters = 2;
constexpr std::chrono::days kDays{60};

/// A small world of its number: the first ones have every kind of fault.
sim::WorldSpec WorldWithAll(int world) {
  return sim::DrawWorld(
      {.seed = 1, .world = world, .clusters = kClusters, .days = kDays, .profile = sim::Profile::kHostile});
}

/// A world of a few kinds of faults, each that many times as often as it comes elsewhere: what else comes together once
/// in decades.
sim::WorldSpec WorldOf(int world, std::initializer_list<std::pair<sim::FaultKind, double>> kinds) {
  sim::Rates rates{};
  for (const auto& [kind, rate] : kinds) rates.at(static_cast<std::size_t>(kind)) = rate;
  sim::WorldSpec spec = WorldWithAll(world);
  mock_http::SeededRandom random(static_cast<std::uint64_t>(world));
  spec.script = sim::DrawScript(rates, {.clusters = kClusters, .days = kDays}, random);
  return spec;
}

/// In turn: all kinds; Secrets that go all the time, with hardly a run alone; a Kubernetes API that answers or obeys
/// now and then; an acme-dns that is down or slow half of the time; DNS that mostly fails.
sim::WorldSpec WorldNumber(int world) {
  using enum sim::FaultKind;
  switch (world % 5) {
    case 0:
      return WorldWithAll(world);
    case 1:
      return WorldOf(world, {{kSecretDeleted, 60}, {kRunsInterleaved, 90}, {kKubeConflict, 60}});
    case 2:
      return WorldOf(world, {{kSecretDeleted, 30},
                             {kSecretHalfEdited, 30},
                             {kKubeLostReply, 40},
                             {kKubeUnavailable, 20},
                             {kKubeRbacRemoved, 20}});
    case 3:
      return WorldOf(world, {{kAcmeDatabaseDown, 30},
                             {kAcmeServerError, 30},
                             {kAcmeSlow, 30},
                             {kAcmeLostRequest, 30},
                             {kAcmeTooManyRequests, 30},
                             {kSecretDamaged, 30}});
    default:
      return WorldOf(world, {{kDnsNxDomainCached, 30}, {kDnsServFail, 20}, {kDnsTimeout, 20}, {kAcmeProxyRefuses, 10}});
  }
}

constexpr int kWorlds = 60;

}  // namespace

Catch InSimulator() {
  for (int world = 0; world < kWorlds; ++world) {
    const sim::Report report = sim::PlayWorld(WorldNumber(world), {});
    if (report.violations.empty()) continue;
    const sim::Violation& first = report.violations.front();
    const double days = static_cast<double>(world * kDays.count()) + first.day;
    return {.checker = first.checker,
            .after = fmt::format("{:.0f} cluster-days", kClusters * days),
            .message = first.message};
  }
  return {.checker = {}, .after = fmt::format("{} cluster-days", std::int64_t{kWorlds} * kClusters * kDays.count())};
}

}  // namespace scenarios
