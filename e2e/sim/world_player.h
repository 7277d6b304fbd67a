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
  // world_player.cpp: the world's life and its judgement
  void ScheduleLife();
  /// Whether the client runs in it.
  bool IsAlive(const Cluster& cluster) const { return spec_.only_cluster.value_or(cluster.index()) == cluster.index(); }
  void SetFqdns(Cluster& cluster, const std::vector<std::string>& fqdns);
  void RunBackups();
  /// Sees to it that the cluster's controllers run when something is due.
  void SetWake(Cluster& cluster);

  // world_runs.cpp: runs of the client
  struct Start {
    client::Config config;
    bool is_recovery = false;
    std::string pod_uid = {};  ///< empty: a run by hand
  };
  /// The node of the cluster starts the container of a Pod.
  void StartPod(Cluster& cluster, const nlohmann::json& pod);
  /// The Pod has been deleted while its container runs.
  void KillPod(Cluster& cluster, const std::string& pod_uid);
  mock_http::SeededRandom PaceOf(const Cluster& cluster) const;
  /// Starts a run on a fiber of its own.
  void Spawn(Cluster& cluster, Start start);
  /// A run that no Pod is for; by hand: without the CronJob's jitter.
  void SpawnByHand(Cluster& cluster, client::Command command, bool by_hand = true) {
    Spawn(cluster, {.config = cluster.ConfigByHand(command, by_hand)});
  }
  void RunOnFiber(Cluster& cluster, const Start& start);
  /// Faults that wait for the CronJob's next run.
  void SpringCronFaults(Cluster& cluster);
  void JudgeRun(Cluster& cluster, const RunRecord& run);
  void PlanCnames(Cluster& cluster, const RunRecord& run);
  void CountRun(const RunRecord& run);

  // world_player.cpp
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
  /// Whether the kubelet can get tokens.
  bool MayRenewToken(const Cluster& cluster) const;
  bool DeleteAccount(Cluster& cluster, std::uint64_t salt);

  void Judge(const Checker& checker, int cluster, const Checker::Findings& findings);
  double DayAt(mock_http::TimePoint when) const;
  double DayNow() const { return DayAt(clock_.Now()); }

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
