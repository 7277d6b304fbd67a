// Many worlds, played in parallel and added up. Each world depends on the campaign's seed and its own number alone, so
// neither the number of threads nor the shard changes what happens in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report.h"
#include "sim/world.h"

namespace sim {

/// Part `index` of `count`: the worlds whose number leaves the remainder `index`.
struct Shard {
  int index = 0;
  int count = 1;
};

/// "I/N" with 0 <= I < N; the error says what is right.
std::expected<Shard, std::string> ParseShard(std::string_view text);

struct CampaignOptions {
  std::uint64_t seed = 1;
  int clusters = kClustersPerWorld;
  std::chrono::days days{365};
  Profile profile = Profile::kSwarm;
  int jobs = 1;
  Shard shard;
  std::optional<int> only_world;  ///< plays this world alone
  bool all_controllers = false;   ///< as WorldSpec's
};

struct Progress {
  std::size_t worlds_done = 0;
  std::size_t worlds = 0;
  std::uint64_t runs = 0;
  std::size_t violations = 0;
};

struct CampaignHooks {
  /// Called after each world, one call at a time, from the thread that has played it. May be empty.
  std::function<void(const Progress&)> progress = {};
  /// Event log of all worlds, one after the other in order of their number; needs one job. May be empty.
  Trace::Sink trace = {};
};

/// The worlds of the campaign that belong to the shard, with their scripts still to be drawn.
std::vector<DrawOptions> WorldsOf(const CampaignOptions& options);

/// Plays them. A world that throws is a violation of class kCrash. Timelines are those of world 0, and of clusters with
/// a violation.
Report RunCampaign(const CampaignOptions& options, const CampaignHooks& hooks);

/// The words after the program's name that play the violation's world again, with its event log.
std::string ReplayCommand(const CampaignOptions& options, const Violation& violation);

}  // namespace sim
