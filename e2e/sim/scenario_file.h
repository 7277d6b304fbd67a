// One world as a file: the scenario that `shrink` prints, that `run --scenario` replays, and that is kept as a
// regression test in regressions/.
#pragma once

#include <expected>
#include <string>

#include "sim/world.h"

namespace sim {

struct Scenario {
  std::string about;  ///< what went wrong there, for people
  WorldSpec spec;
};

/// JSON, indented.
std::string ScenarioText(const Scenario& scenario);
/// The error names the member that is wrong.
std::expected<Scenario, std::string> ParseScenario(const std::string& text);
/// The same of a file; the error names it.
std::expected<Scenario, std::string> ReadScenario(const std::string& path);

}  // namespace sim
