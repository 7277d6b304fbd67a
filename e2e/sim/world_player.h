// The inside of PlayWorld: who does what when.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/fibers.h"
#include "mock_http/clock.h"
#include "sim/acme_site.h"
#include "sim/branches.h"
#include "sim/checkers/checker.h"
#include "sim/client_run.h"
#include "sim/cluster.h"
#include "sim/fault_board.h"
#include "sim/timelines.h"
#include "sim/world.h"

namespace sim {

class WorldPlayer {
 public:
  WorldPlayer(const WorldSpec& spec, const PlayOptions& options);
  Report Play();

 private:
  // world_player.cpp: runs and their schedule
  void ScheduleLife();
  /// Whether the client runs in it.
  bool IsAlive(const Cluster& cluster) const { return spec_.only_cluster.value_or(cluster.index()) == cluster.index(); }
  void SetFqdns(Cluster& cluster, const std::vector<std::string>& fqdns);
  void ScheduleCron(Cluster& cluster);
  void CronIsDue(Cluster& cluster);
  void RunCron(Cluster& cluster);
  void RunBackups();
  struct Start {
    ClientRunKind kind;
    std::chrono::seconds in{0};
    bool is_recovery = false;
  };
  /// Starts a run on a fiber of its own.
  void Spawn(Cluster& cluster, const Start& start);
  void Spawn(Cluster& cluster, client::Command command) { Spawn(cluster, Start{.kind = {.command = command}}); }
  void RunOnFiber(Cluster& cluster, const Start& start);
  void PlanCnames(Cluster& cluster, const RunRecord& run);
  void CountRun(const RunRecord& run);
  void EndFaults();
  void CheckRecovery();
  void Assess(Cluster& cluster);
  void AssessAll();

  // world_faults.cpp: what a fault of the script does at its start and its end
  /// At the fault's time: lets it strike, or lays it in wait for a run.
  void MeetFault(const PlannedFault& fault);
  /// Lets those that wait in the cluster and for this step strike.
  void SpringStrikes(Cluster& cluster, const harness::Step& step);
  void StartFault(const PlannedFault& fault);
  void StopFault(const PlannedFault& fault, std::size_t handle);
  bool StrikeWorldOnce(const PlannedFault& fault);
  bool StrikeClusterOnce(const PlannedFault& fault, Cluster& cluster);
  void BeginLasting(const PlannedFault& fault);
  void FinishLasting(const PlannedFault& fault);
  void StepClock(Cluster& cluster, std::chrono::seconds by);
  bool DeleteAccount(Cluster& cluster, std::uint64_t salt);

  void Judge(const Checker& checker, int cluster, const Checker::Findings& findings);
  double DayNow() const;

  const WorldSpec& spec_;
  mock_http::VirtualClock clock_;
  mock_http::TimePoint start_;
  harness::Scheduler scheduler_;
  Trace trace_;
  AcmeSite site_;
  FaultBoard board_;
  std::vector<std::unique_ptr<Cluster>> clusters_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  TimelineRecorder timelines_;
  bool all_timelines_;
  Report report_;
  std::map<int, RunRecord> recoveries_;  ///< the last checks, by cluster
  bool over_ = false;                    ///< the days are over: nothing new begins of itself
};

}  // namespace sim
