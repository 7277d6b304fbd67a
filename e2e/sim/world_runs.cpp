// The runs of a world: which the nodes of the clusters start for Pods, and which people start by hand.
#include <fmt/format.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "mock_kubeapi/kinds/json_access.h"
#include "sim/seeds.h"
#include "sim/world_player.h"

namespace sim {
namespace {

using client::Command;
using std::chrono::seconds;

/// As the kernel's, by SIGKILL.
constexpr int kExitKilled = 137;
/// How long a node that is cut off lets the process of a deleted Pod run on, at most.
constexpr seconds kDyingMax{60};

/// The Job that a Pod belongs to.
const std::string& JobOf(const nlohmann::json& pod) {
  return mock_kubeapi::TextOf(mock_kubeapi::ObjectOf(mock_kubeapi::ObjectOf(pod, "metadata"), "labels"), "job-name");
}

}  // namespace

void WorldPlayer::StartPod(Cluster& cluster, const nlohmann::json& pod) {
  if (!IsAlive(cluster)) return;
  Start start{.config = cluster.ConfigOfPod(pod),
              .is_recovery = !cluster.recovery_job.empty() && JobOf(pod) == cluster.recovery_job,
              .pod_uid = mock_kubeapi::UidOf(pod)};
  const bool is_check = start.config.command == Command::kCheck && !start.is_recovery;
  if (cluster.plan().by_controllers) {
    trace_.Line(cluster.index(), "the node starts a Pod of {}", JobOf(pod));
    ++report_.counts["Pods"];
    if (std::exchange(cluster.last_job, JobOf(pod)) == JobOf(pod)) ++report_.counts["Pods, further tries of a Job"];
  }
  Spawn(cluster, std::move(start));
  if (is_check) SpringCronFaults(cluster);
}

void WorldPlayer::SpringCronFaults(Cluster& cluster) {
  if (!cluster.seconds.empty()) {
    const std::uint64_t salt = cluster.seconds.front();
    cluster.seconds.pop_front();
    board_.StrikeOnce(FaultKind::kRunsInterleaved, true);
    SpawnByHand(cluster, salt % 2 == 0 ? Command::kRegister : Command::kCheck, salt / 2 % 2 == 0);
  }
  if (!cluster.repeats.empty()) {
    const std::uint64_t salt = cluster.repeats.front();
    cluster.repeats.pop_front();
    scheduler_.At(clock_.Now() + seconds(salt % 240), [this, &cluster, salt] {
      if (!over_ && cluster.StartCheck(fmt::format("again-{}", salt))) {
        board_.StrikeOnce(FaultKind::kCronFiredTwice, false);
      }
    });
  }
}

void WorldPlayer::KillPod(Cluster& cluster, const std::string& pod_uid) {
  // Half of them are on nodes that hear of it late.
  mock_http::SeededRandom chance = PaceOf(cluster);
  const bool at_once = chance.Below(2) == 0;
  const seconds dying(chance.Below(static_cast<std::uint64_t>(kDyingMax.count())));
  cluster.dying_pods[pod_uid] = clock_.Now() + (at_once ? seconds(0) : dying);
  trace_.Line(cluster.index(), "a Pod at work is deleted");
}

/// Drawn from where and when it is, not from a stream that faults would shift.
mock_http::SeededRandom WorldPlayer::PaceOf(const Cluster& cluster) const {
  const auto moment = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
  return mock_http::SeededRandom(SeedOf(spec_.seed ^ moment, Stream::kPace, spec_.world, cluster.index()) +
                                 cluster.running().size());
}

void WorldPlayer::Spawn(Cluster& cluster, Start start) {
  scheduler_.Spawn(clock_.Now(), [this, &cluster, start = std::move(start)] { RunOnFiber(cluster, start); });
}

void WorldPlayer::RunOnFiber(Cluster& cluster, const Start& start) {
  RunRecord record;
  for (RunRecord* other : cluster.running()) other->overlapped = record.overlapped = true;
  cluster.running().push_back(&record);

  std::optional<Cluster::Kill> kill;
  if (!cluster.kills.empty() && !start.is_recovery) {
    kill = cluster.kills.front();
    cluster.kills.pop_front();
  }
  bool fault_killed = false;
  harness::StepPlan plan([&](const harness::Step& step) {
    const auto dying = cluster.dying_pods.find(start.pod_uid);
    if (dying != cluster.dying_pods.end() && dying->second <= clock_.Now()) return harness::StepFault::kKillBefore;
    SpringStrikes(cluster, step);
    if (!kill || step.number != kill->step) return harness::StepFault::kNone;
    fault_killed = true;
    return kill->after ? harness::StepFault::kKillAfter : harness::StepFault::kKillBefore;
  });
  // Runs of one cluster have paces of their own, so that two at once come past each other in every order.
  mock_http::SeededRandom pace = PaceOf(cluster);
  const std::uint64_t rights_before = cluster.rights_changes();
  const ClientRunParts parts{.cluster = cluster,
                             .site = site_,
                             .board = board_,
                             .clock = clock_,
                             .waiter = scheduler_.waiter(),
                             .trace = trace_,
                             .acme_latency = std::chrono::milliseconds(1 + pace.Below(40)),
                             .kube_latency = std::chrono::milliseconds(1 + pace.Below(20)),
                             .on_write = [this](const SecretWrite& write) {
                               for (const auto& checker : checkers_) {
                                 Checker::Findings findings;
                                 checker->OnClientWrite(write, site_, findings);
                                 Judge(*checker, write.run.cluster, findings);
                               }
                             }};
  PlayClientRun(parts, start.config, plan, record);
  record.powerless = !cluster.may_write() && rights_before == cluster.rights_changes();
  std::erase(cluster.running(), &record);
  cluster.dying_pods.erase(start.pod_uid);
  if (fault_killed) {
    board_.StrikeOnce(FaultKind::kProcessKilled, true);
  } else if (kill) {
    // The run had fewer steps; an earlier one of the next run, then.
    cluster.kills.push_front({.step = kill->step / 2, .after = kill->after});
  }
  JudgeRun(cluster, record);
  if (!start.pod_uid.empty()) {
    const bool ended = record.result.has_value();
    cluster.PodEnded(start.pod_uid, ended ? record.exit_code() : kExitKilled,
                     ended ? record.result->termination_message : std::string());
  }
  if (start.is_recovery) recoveries_.emplace(cluster.index(), std::move(record));
}

void WorldPlayer::JudgeRun(Cluster& cluster, const RunRecord& run) {
  if (!run.crash.empty()) {
    report_.violations.push_back({.what = ViolationClass::kCrash,
                                  .checker = "crash",
                                  .message = run.crash,
                                  .seed = spec_.seed,
                                  .world = spec_.world,
                                  .cluster = cluster.index(),
                                  .day = DayNow()});
  }
  for (const auto& checker : checkers_) {
    Checker::Findings findings;
    checker->OnRunEnd(run, site_, findings);
    Judge(*checker, cluster.index(), findings);
  }
  CountRun(run);
  Assess(cluster);
  if (run.client_writes > 0 || run.exit_code() == 6) PlanCnames(cluster, run);
}

void WorldPlayer::CountRun(const RunRecord& run) {
  ++report_.runs_by_outcome[run.killed() ? std::string("killed") : fmt::format("exit {}", run.exit_code())];
  CountBranches(run, report_.branches);
  const bool reregistered = run.client_writes > 0 && !run.made.empty() && !run.before.accounts.empty();
  if (reregistered) ++report_.counts["re-registrations"];
  report_.counts["Secret writes"] += run.client_writes;
  report_.counts["requests"] += run.requests;
  report_.counts["DNS questions"] += run.questions;
  timelines_.AddRun(run.cluster, {.start_day = DayAt(run.start),
                                  .end_day = DayAt(run.end),
                                  .command = client::CommandName(run.command),
                                  .exit_code = run.exit_code(),
                                  .reregistered = reregistered});
}

/// People set the records that the run's log names, in their own time. They know nothing else.
void WorldPlayer::PlanCnames(Cluster& cluster, const RunRecord& run) {
  auto records = CnamesIn(run.log);
  if (records.empty()) return;
  scheduler_.At(clock_.Now() + cluster.plan().cname_delay, [&cluster, records = std::move(records)] {
    for (const auto& [fqdn, target] : records) cluster.cnames()[fqdn] = target;
  });
}

}  // namespace sim
