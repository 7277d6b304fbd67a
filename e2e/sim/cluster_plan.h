// How one cluster of a world is set up, and what its people do of their own accord: all but the faults.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "app/settings.h"
#include "mock_http/random.h"
#include "selfreg/options.h"
#include "sim/fault_script.h"

namespace sim {

/// A run of the client that is not the CronJob's: Argo CD's sync, or a person at the keyboard.
struct PlannedRun {
  client::Command command = client::Command::kRegister;
  Offset start{0};
  /// The FQDNs that the client is configured with from this sync on; empty: as before.
  std::vector<std::string> fqdns = {};
};

struct ClusterPlan {
  std::string name;                     ///< "sim/cluster-3-7": the scope of its schedule
  int minute_of_day = 0;                ///< of the daily check, as the manifests have it
  client::RunOptions run;               ///< with the FQDNs of the first day
  std::vector<std::string> allow_from;  ///< sent with /register
  /// Asks these resolvers for the TXT records in place of the zone's own servers; empty: not.
  std::vector<std::string> resolvers;
  /// Argo CD keeps the (empty) Secret in being: it is there from the start, and again after a deletion.
  bool secret_is_managed = false;
  /// From the announcement of a CNAME record until somebody sets it.
  Offset cname_delay{0};
  std::vector<PlannedRun> runs;  ///< in order of their start
  /// The operators have taken startingDeadlineSeconds out of the CronJob.
  bool no_starting_deadline = false;
  /// mock-kubeapi's controllers run the manifests' CronJob and Job. Else a timetable starts the same containers at the
  /// same times, which takes a fifth of the time.
  bool by_controllers = false;
};

struct ClusterPlanOptions {
  int world = 0;
  int cluster = 0;
  std::chrono::days days{1};
};

/// Draws a cluster. Its first run is `register`, within the first hour.
ClusterPlan DrawClusterPlan(const ClusterPlanOptions& options, mock_http::Random& random);

}  // namespace sim
