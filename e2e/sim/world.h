// A world: one acme-dns, some clusters, one virtual clock, and a script of faults. Played from its spec alone, so that
// worlds run in parallel and each can be replayed without the others.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/fault_script.h"
#include "sim/report.h"
#include "sim/trace.h"

namespace sim {

/// Clusters that share an acme-dns in a campaign.
inline constexpr int kClustersPerWorld = 16;

struct WorldSpec {
  std::uint64_t seed = 1;  ///< of the campaign
  int world = 0;
  int clusters = kClustersPerWorld;
  std::chrono::days days{365};
  std::string profile = "swarm";  ///< for the report only
  std::vector<PlannedFault> script;
  /// The client runs in this cluster only, which makes a failure quick to play and its event log short. nullopt: in
  /// all of them.
  std::optional<int> only_cluster = std::nullopt;
  /// mock-kubeapi's controllers run the manifests in every cluster, not in one of four.
  bool all_controllers = false;
};

struct DrawOptions {
  std::uint64_t seed = 1;
  int world = 0;
  int clusters = kClustersPerWorld;
  std::chrono::days days{365};
  Profile profile = Profile::kSwarm;
  bool all_controllers = false;
};

/// The world's spec with its script drawn.
WorldSpec DrawWorld(const DrawOptions& options);

struct PlayOptions {
  Trace::Sink trace;  ///< empty: no event log
  /// Timelines of all clusters; else only of those with a violation.
  bool timelines = false;
};

/// Plays a world to its end: its days under the script, then peace and one check per cluster. The report's processor
/// time is not set. Deterministic; touches nothing outside. Throws std::runtime_error when a simulated part can't be
/// set up.
Report PlayWorld(const WorldSpec& spec, const PlayOptions& options);

}  // namespace sim
