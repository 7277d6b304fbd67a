// The flags that name a campaign, for the commands that play one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "sim/campaign.h"

namespace sim {

struct CampaignFlags {
  std::uint64_t seed = 1;
  int clusters = kClustersPerWorld;
  int days = 365;
  std::string profile = "swarm";
  std::optional<int> world;
  std::string controllers = "some";

  /// Adds the flags; this must outlive the parsing.
  void AddTo(CLI::App& command);
  CampaignOptions Options() const;
};

}  // namespace sim
