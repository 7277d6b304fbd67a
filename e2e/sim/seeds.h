// Independent streams of random numbers from one seed: what one part of a world draws never shifts what another gets.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "mock_http/random.h"

namespace sim {

/// Who draws.
enum class Stream : std::uint64_t { kRates = 1, kScript, kPlan, kAcme, kKube, kClient, kPace };

/// The seed of a stream of a world (and a cluster of it) in a campaign.
inline std::uint64_t SeedOf(std::uint64_t campaign_seed, Stream stream, int world, int cluster = 0) {
  std::uint64_t seed = campaign_seed;
  for (const std::uint64_t part : {static_cast<std::uint64_t>(stream), static_cast<std::uint64_t>(world) + 1,
                                   static_cast<std::uint64_t>(cluster) + 1}) {
    seed = mock_http::SeededRandom(seed ^ (part * 0x9e3779b97f4a7c15U)).Next();
  }
  return seed;
}

}  // namespace sim
