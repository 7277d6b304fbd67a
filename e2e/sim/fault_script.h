// The faults of one world, written down before it starts. A list of plain values can be printed, shrunk and replayed;
// what a fault does depends on nothing but itself and the world's seed.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mock_http/random.h"
#include "sim/fault_kind.h"

namespace sim {

/// Since the world began.
using Offset = std::chrono::seconds;

struct PlannedFault {
  FaultKind kind = FaultKind::kAcmeServerError;
  int cluster = -1;  ///< -1: the whole world
  Offset start{0};
  Offset duration{0};  ///< 0 for what happens once
  /// Free choice of the kind: which step is killed, which backup is restored, the seed of its own draws …
  std::uint64_t salt = 0;

  bool operator==(const PlannedFault&) const = default;
};

/// How often each kind comes, as a factor on its row's rate; 0 switches it off.
using Rates = std::array<double, kFaultKinds>;

enum class Profile : std::uint8_t {
  kQuiet,    ///< no faults at all
  kFlaky,    ///< networks and servers as they are, nobody breaks anything
  kHostile,  ///< everything, at the rates of the table
  kSwarm,    ///< each world draws which kinds there are and how often each comes
};

std::optional<Profile> ProfileFromName(std::string_view name);
std::string_view Name(Profile profile);

/// The profile's rates; only kSwarm draws.
Rates DrawRates(Profile profile, mock_http::Random& random);

struct ScriptOptions {
  int clusters = 1;
  std::chrono::days days{1};
};

/// Draws the faults of a world from its rates, in order of their start.
std::vector<PlannedFault> DrawScript(const Rates& rates, const ScriptOptions& options, mock_http::Random& random);

nlohmann::json ToJson(const std::vector<PlannedFault>& script);
/// The error names the item and the member that is wrong.
std::expected<std::vector<PlannedFault>, std::string> ScriptFromJson(const nlohmann::json& json);

}  // namespace sim
