#include "sim/world_player.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "sim/seeds.h"

namespace sim {
namespace {

using client::Command;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr days kBackupInterval{7};
/// After the last fault: by then what resolvers remember, and what runs were still doing, is over.
constexpr hours kPeace{30};
constexpr const char* kRecoveryJob = "last-check";

}  // namespace

WorldSpec DrawWorld(const DrawOptions& options) {
  mock_http::SeededRandom rates(SeedOf(options.seed, Stream::kRates, options.world));
  mock_http::SeededRandom script(SeedOf(options.seed, Stream::kScript, options.world));
  WorldSpec spec{.seed = options.seed,
                 .world = options.world,
                 .clusters = options.clusters,
                 .days = options.days,
                 .profile = std::string(Name(options.profile)),
                 .script = {},
                 .all_controllers = options.all_controllers};
  spec.script = DrawScript(DrawRates(options.profile, rates), {.clusters = spec.clusters, .days = spec.days}, script);
  return spec;
}

Report PlayWorld(const WorldSpec& spec, const PlayOptions& options) {
  return WorldPlayer(spec, options).Play();
}

WorldPlayer::WorldPlayer(const WorldSpec& spec, const PlayOptions& options)
    : spec_(spec),
      start_(clock_.Now()),
      scheduler_(clock_),
      trace_(options.trace, clock_, start_),
      site_(clock_, SeedOf(spec.seed, Stream::kAcme, spec.world), spec.world % 3 == 0),
      checkers_(AllCheckers()),
      timelines_(spec.world, spec.clusters),
      all_timelines_(options.timelines) {
  for (int i = 0; i < spec.clusters; ++i) {
    mock_http::SeededRandom random(SeedOf(spec.seed, Stream::kPlan, spec.world, i));
    ClusterPlan plan = DrawClusterPlan({.world = spec.world, .cluster = i, .days = spec.days}, random);
    plan.by_controllers = plan.by_controllers || spec.all_controllers;
    clusters_.push_back(std::make_unique<Cluster>(
        clock_, Cluster::Options{.index = i,
                                 .plan = std::move(plan),
                                 .kube_seed = SeedOf(spec.seed, Stream::kKube, spec.world, i),
                                 .client_seed = SeedOf(spec.seed, Stream::kClient, spec.world, i),
                                 .basic_auth = site_.basic_auth(),
                                 .on_touched = [this, i] { SetWake(*clusters_.at(static_cast<std::size_t>(i))); },
                                 .node = {.start =
                                              [this, i](const nlohmann::json& pod) {
                                                StartPod(*clusters_.at(static_cast<std::size_t>(i)), pod);
                                              },
                                          .kill =
                                              [this, i](const std::string& pod_uid) {
                                                KillPod(*clusters_.at(static_cast<std::size_t>(i)), pod_uid);
                                              }}}));
  }
}

Report WorldPlayer::Play() {
  report_.seed = spec_.seed;
  report_.profile = spec_.profile;
  report_.days_per_cluster = static_cast<double>(spec_.days.count());
  report_.worlds = 1;
  report_.clusters = spec_.only_cluster ? 1 : static_cast<std::uint64_t>(spec_.clusters);
  report_.cluster_days = static_cast<double>(report_.clusters) * report_.days_per_cluster;

  for (const PlannedFault& fault : spec_.script) {
    ++report_.faults_planned[std::string(RowOf(fault.kind).name)];
    scheduler_.At(start_ + fault.start, [this, &fault] { MeetFault(fault); });
  }
  timelines_.AddFaults(spec_.script);
  ScheduleLife();
  scheduler_.RunUntil(start_ + spec_.days);
  EndFaults();
  CheckRecovery();

  for (const auto& [kind, fired] : board_.fired()) report_.faults_fired[std::string(RowOf(kind).name)] = fired;
  for (const auto& [kind, fired] : board_.fired_at_work()) {
    report_.faults_at_work[std::string(RowOf(kind).name)] = fired;
  }
  report_.counts["accounts made"] = site_.acme().database().registrations();
  std::set<int> shown;
  for (const Violation& violation : report_.violations) shown.insert(violation.cluster);
  for (const auto& cluster : clusters_) {
    if (all_timelines_ && IsAlive(*cluster)) shown.insert(cluster->index());
    Assess(*cluster);
    if (cluster->invalid_since) {
      timelines_.AddInvalid(cluster->index(),
                            {.start_day = DayAt(*cluster->invalid_since), .end_day = DayNow(), .name = "invalid"});
    }
  }
  report_.timelines = timelines_.Take(shown);
  return std::move(report_);
}

double WorldPlayer::DayAt(mock_http::TimePoint when) const {
  return std::chrono::duration<double, std::ratio<86'400>>(when - start_).count();
}

void WorldPlayer::ScheduleLife() {
  for (const auto& cluster : clusters_) {
    // The first day's check would come before the registration in half of the clusters; they begin in the morning.
    cluster->SuspendCron();
    if (!IsAlive(*cluster)) continue;
    for (const PlannedRun& run : cluster->plan().runs) {
      scheduler_.At(start_ + run.start, [this, &cluster = *cluster, &run] {
        if (!run.fqdns.empty()) SetFqdns(cluster, run.fqdns);
        if (run.command != Command::kRegister) return SpawnByHand(cluster, run.command);
        cluster.StartRegister();
      });
    }
    scheduler_.At(start_ + hours(3), [&cluster = *cluster] { cluster.ResumeCron(); });
  }
  scheduler_.At(start_ + kBackupInterval, [this] { RunBackups(); });
}

void WorldPlayer::SetFqdns(Cluster& cluster, const std::vector<std::string>& fqdns) {
  trace_.Line(cluster.index(), "the FQDNs are now {}", fmt::join(fqdns, ", "));
  cluster.SetFqdns(fqdns);
  ++report_.counts["changes of the FQDNs"];
  // A name that is new was never valid, so it can't be invalid yet.
  if (!cluster.invalid_since) cluster.was_valid = false;
}

void WorldPlayer::RunBackups() {
  site_.Backup();
  for (const auto& cluster : clusters_) {
    cluster->BackUpSecret();
    if (MayRenewToken(*cluster)) cluster->RenewToken();  // as the kubelet does, or a long campaign's would expire
  }
  if (!over_) scheduler_.At(clock_.Now() + kBackupInterval, [this] { RunBackups(); });
}

void WorldPlayer::SetWake(Cluster& cluster) {
  const auto due = cluster.NextDue();
  if (!due) return;
  const mock_http::TimePoint at = std::max(*due, clock_.Now());
  if (cluster.wake && *cluster.wake <= at) return;
  cluster.wake = at;
  scheduler_.At(at, [this, &cluster, at] {
    if (cluster.wake != at) return;  // an earlier one has come between
    cluster.wake.reset();
    cluster.RunControllers();
  });
}

void WorldPlayer::EndFaults() {
  over_ = true;
  board_.EndAll();
  site_.SetDown(false);
  for (const auto& cluster : clusters_) {
    cluster->kills.clear();
    cluster->seconds.clear();
    cluster->repeats.clear();
    cluster->strikes.clear();
    cluster->RestoreRights();
    cluster->RenewToken();
    cluster->SuspendCron();
  }
  trace_.Line(-1, "all faults stop");
  scheduler_.RunUntil(clock_.Now() + kPeace);
  for (const auto& cluster : clusters_) {
    cluster->cnames().clear();
    for (const auto& [fqdn, account] : cluster->State().accounts) cluster->cnames()[fqdn] = account.fulldomain;
  }
}

void WorldPlayer::CheckRecovery() {
  for (const auto& cluster : clusters_) {
    if (!IsAlive(*cluster)) continue;
    cluster->recovery_job = kRecoveryJob;
    scheduler_.At(clock_.Now() + seconds(cluster->index()), [&cluster = *cluster] {
      if (!cluster.StartCheck(kRecoveryJob)) throw std::runtime_error("a cluster has no CronJob at the end");
    });
  }
  scheduler_.RunUntil(clock_.Now() + hours(1));
  for (const auto& [index, run] : recoveries_) {
    Cluster& cluster = *clusters_.at(static_cast<std::size_t>(index));
    for (const auto& [fqdn, target] : CnamesIn(run.log)) cluster.cnames()[fqdn] = target;
    for (const auto& checker : checkers_) {
      Checker::Findings findings;
      checker->OnRecovery({.run = run, .fqdns = cluster.fqdns(), .cnames = cluster.cnames()}, site_, findings);
      Judge(*checker, index, findings);
    }
  }
  if (scheduler_.running() == 0) return;
  report_.violations.push_back({.what = ViolationClass::kLiveness,
                                .checker = "run-budget",
                                .message = fmt::format("{} runs don't come to their end", scheduler_.running()),
                                .seed = spec_.seed,
                                .world = spec_.world,
                                .day = DayNow()});
}

void WorldPlayer::Assess(Cluster& cluster) {
  const SecretState& state = cluster.State();
  const bool valid = std::ranges::all_of(cluster.fqdns(), [&](const std::string& fqdn) {
    const auto found = state.accounts.find(fqdn);
    return state.form == SecretState::Form::kGood && found != state.accounts.end() && site_.Holds(found->second);
  });
  if (valid) {
    cluster.was_valid = true;
    if (!cluster.invalid_since) return;
    const auto lasted = clock_.Now() - *cluster.invalid_since;
    report_.worst_recovery_hours =
        std::max(report_.worst_recovery_hours, std::chrono::duration<double, std::ratio<3'600>>(lasted).count());
    timelines_.AddInvalid(cluster.index(),
                          {.start_day = DayAt(*cluster.invalid_since), .end_day = DayNow(), .name = "invalid"});
    cluster.invalid_since.reset();
  } else if (cluster.was_valid && !cluster.invalid_since) {
    ++report_.counts["invalidations"];
    cluster.invalid_since = clock_.Now();
    trace_.Line(cluster.index(), "the credentials are not valid any more (Secret {})", Name(state.form));
  }
}

void WorldPlayer::AssessAll() {
  for (const auto& cluster : clusters_) Assess(*cluster);
}

void WorldPlayer::Judge(const Checker& checker, int cluster, const Checker::Findings& findings) {
  for (const std::string& finding : findings) {
    trace_.Line(cluster, "VIOLATION {}: {}", checker.Name(), finding);
    report_.violations.push_back({.what = checker.Class(),
                                  .checker = std::string(checker.Name()),
                                  .message = finding,
                                  .seed = spec_.seed,
                                  .world = spec_.world,
                                  .cluster = cluster,
                                  .day = DayNow()});
  }
}

}  // namespace sim
