#include "sim/world_player.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
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

double Days(mock_http::TimePoint::duration duration) {
  return std::chrono::duration<double, std::ratio<86'400>>(duration).count();
}

}  // namespace

WorldSpec DrawWorld(const DrawOptions& options) {
  mock_http::SeededRandom rates(SeedOf(options.seed, Stream::kRates, options.world));
  mock_http::SeededRandom script(SeedOf(options.seed, Stream::kScript, options.world));
  WorldSpec spec{.seed = options.seed,
                 .world = options.world,
                 .clusters = options.clusters,
                 .days = options.days,
                 .profile = std::string(Name(options.profile))};
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
    clusters_.push_back(std::make_unique<Cluster>(
        clock_,
        Cluster::Options{.index = i,
                         .plan = DrawClusterPlan({.world = spec.world, .cluster = i, .days = spec.days}, random),
                         .kube_seed = SeedOf(spec.seed, Stream::kKube, spec.world, i),
                         .client_seed = SeedOf(spec.seed, Stream::kClient, spec.world, i),
                         .basic_auth = site_.basic_auth()}));
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
      timelines_.AddInvalid(
          cluster->index(),
          {.start_day = Days(*cluster->invalid_since - start_), .end_day = DayNow(), .name = "invalid"});
    }
  }
  report_.timelines = timelines_.Take(shown);
  return std::move(report_);
}

double WorldPlayer::DayNow() const {
  return Days(clock_.Now() - start_);
}

void WorldPlayer::ScheduleLife() {
  for (const auto& cluster : clusters_) {
    if (!IsAlive(*cluster)) continue;
    for (const PlannedRun& run : cluster->plan().runs) {
      scheduler_.At(start_ + run.start, [this, &cluster = *cluster, &run] {
        if (!run.fqdns.empty()) SetFqdns(cluster, run.fqdns);
        Spawn(cluster, run.command);
      });
    }
    // The first day's check would come before the registration in half of the clusters; they begin in the morning.
    cluster->last_due = start_ + hours(3);
    ScheduleCron(*cluster);
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
    const bool no_new_token = board_.IsActive(FaultKind::kKubeTokenRevoked, cluster->index()) ||
                              board_.IsActive(FaultKind::kKubeTokenExpired, cluster->index());
    if (!no_new_token) cluster->RenewToken();  // as the kubelet does, or a long campaign's would expire
  }
  if (!over_) scheduler_.At(clock_.Now() + kBackupInterval, [this] { RunBackups(); });
}

// The CronJob controller's part, in the cluster's own time: the next due time after the last one, at once when that has
// passed. Played here because the mock's controllers, faithful in every Event and condition, would take most of the
// simulator's time.
void WorldPlayer::ScheduleCron(Cluster& cluster) {
  const mock_http::TimePoint local_now = clock_.Now() + cluster.clock_offset;
  const auto due_after = [&](mock_http::TimePoint time) {
    const auto today = std::chrono::floor<days>(time) + minutes(cluster.plan().minute_of_day);
    return mock_http::TimePoint(today > time ? today : today + days(1));
  };
  mock_http::TimePoint due = due_after(*cluster.last_due);
  // Of several missed ones the last counts.
  while (due_after(due) <= local_now) due = due_after(due);
  const std::uint64_t generation = ++cluster.schedule_generation;
  scheduler_.At(due - cluster.clock_offset, [this, &cluster, generation, due] {
    if (over_ || cluster.schedule_generation != generation) return;
    cluster.last_due = due;
    ScheduleCron(cluster);
    CronIsDue(cluster);
  });
}

void WorldPlayer::CronIsDue(Cluster& cluster) {
  if (!board_.IsActive(FaultKind::kCronLate, cluster.index())) return RunCron(cluster);
  board_.Strike(FaultKind::kCronLate, cluster.index());
  cluster.cron_pending = true;
}

void WorldPlayer::RunCron(Cluster& cluster) {
  Spawn(cluster, Command::kCheck);
  if (!cluster.seconds.empty()) {
    const std::uint64_t salt = cluster.seconds.front();
    cluster.seconds.pop_front();
    board_.StrikeOnce(FaultKind::kRunsInterleaved, true);
    Spawn(cluster, Start{.kind = {.command = salt % 2 == 0 ? Command::kRegister : Command::kCheck,
                                  .by_hand = salt / 2 % 2 == 0}});
  }
  if (!cluster.repeats.empty()) {
    const std::uint64_t salt = cluster.repeats.front();
    cluster.repeats.pop_front();
    board_.StrikeOnce(FaultKind::kCronFiredTwice, false);
    Spawn(cluster, Start{.kind = {.command = Command::kCheck}, .in = seconds(salt % 240)});
  }
}

void WorldPlayer::Spawn(Cluster& cluster, const Start& start) {
  scheduler_.Spawn(clock_.Now() + start.in, [this, &cluster, start] { RunOnFiber(cluster, start); });
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
  harness::StepPlan plan([&](const harness::Step& step) {
    SpringStrikes(cluster, step);
    if (!kill || step.number != kill->step) return harness::StepFault::kNone;
    return kill->after ? harness::StepFault::kKillAfter : harness::StepFault::kKillBefore;
  });
  // Runs of one cluster have paces of their own, so that two at once come past each other in every order. Drawn from
  // where and when the run is, not from a stream that faults would shift.
  const auto moment = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
  mock_http::SeededRandom pace(SeedOf(spec_.seed ^ moment, Stream::kPace, spec_.world, cluster.index()) +
                               cluster.running().size());
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
  PlayClientRun(parts, start.kind, plan, record);
  record.powerless = !cluster.may_write() && rights_before == cluster.rights_changes();
  std::erase(cluster.running(), &record);
  if (record.killed()) {
    board_.StrikeOnce(FaultKind::kProcessKilled, true);
  } else if (kill) {
    // The run had fewer steps; an earlier one of the next run, then.
    cluster.kills.push_front({.step = kill->step / 2, .after = kill->after});
  }

  if (!record.crash.empty()) {
    report_.violations.push_back({.what = ViolationClass::kCrash,
                                  .checker = "crash",
                                  .message = record.crash,
                                  .seed = spec_.seed,
                                  .world = spec_.world,
                                  .cluster = cluster.index(),
                                  .day = DayNow()});
  }
  for (const auto& checker : checkers_) {
    Checker::Findings findings;
    checker->OnRunEnd(record, site_, findings);
    Judge(*checker, cluster.index(), findings);
  }
  CountRun(record);
  Assess(cluster);
  if (record.client_writes > 0 || record.exit_code() == 6) PlanCnames(cluster, record);
  if (start.is_recovery) recoveries_.emplace(cluster.index(), std::move(record));
}

void WorldPlayer::CountRun(const RunRecord& run) {
  ++report_.runs_by_outcome[run.killed() ? std::string("killed") : fmt::format("exit {}", run.exit_code())];
  CountBranches(run, report_.branches);
  const bool reregistered = run.client_writes > 0 && !run.made.empty() && !run.before.accounts.empty();
  if (reregistered) ++report_.counts["re-registrations"];
  report_.counts["Secret writes"] += run.client_writes;
  report_.counts["requests"] += run.requests;
  report_.counts["DNS questions"] += run.questions;
  timelines_.AddRun(run.cluster, {.start_day = Days(run.start - start_),
                                  .end_day = Days(run.end - start_),
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
    Spawn(*cluster, Start{.kind = {.command = Command::kCheck}, .in = seconds(cluster->index()), .is_recovery = true});
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
    report_.worst_recovery_hours = std::max(report_.worst_recovery_hours, Days(lasted) * 24);
    timelines_.AddInvalid(cluster.index(),
                          {.start_day = Days(*cluster.invalid_since - start_), .end_day = DayNow(), .name = "invalid"});
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
