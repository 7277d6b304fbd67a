// Replays recorded scenarios against a mock: HTTP through its Endpoint without sockets, on a virtual clock that the
// runner moves, so that "wait a second" takes no time and every run is the same.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/scenario.h"
#include "conformance/sockets.h"
#include "mock_http/clock.h"
#include "mock_http/endpoint.h"

namespace mock_http::conformance {

/// What one scenario is run against. A fresh one is made for each scenario.
class Target {
 public:
  virtual ~Target() = default;
  virtual Endpoint& endpoint() = 0;
  /// The clock that the mock reads; it stands still but for the runner.
  virtual VirtualClock& clock() = 0;
  /// Called, without a lock held, after each step of the clock (100 ms at most) and before each try of a step that is
  /// retried: the place to let controllers work.
  virtual void AfterAdvance() {}
  /// Where steps with "raw" are sent: a Server around the endpoint. Without one such a step is a fault.
  virtual std::optional<SocketAddress> http_address() { return std::nullopt; }
  /// Where steps with "dns" are sent. Without one such a step is a fault.
  virtual std::optional<SocketAddress> dns_address() { return std::nullopt; }
};

struct RunOptions {
  /// "as" of a step: name -> bearer token. A kube target needs "admin" for the scenario's namespace.
  std::map<std::string, std::string, std::less<>> tokens;
  /// How far the clock moves on with each request, as a real server's does.
  std::chrono::milliseconds time_per_request{1};
  /// How long to let controllers work after the namespace was made.
  std::chrono::milliseconds settle{0};
};

/// Runs one scenario. One line per difference, "step 3 ({…}): /body/kind: got …"; empty when all match.
std::vector<std::string> RunScenario(const Scenario& scenario, Target& target, const RunOptions& options);

struct Suite {
  std::string name;  ///< of the tests: NAME.scenario-stem
  std::filesystem::path folder;
  RunOptions options;
  std::function<std::unique_ptr<Target>(const Scenario&)> make_target;
  /// Scenarios that are left out; all are run when it is empty.
  std::function<bool(const Scenario&)> skip;
};

/// The main function of a conformance test: registers one gtest per scenario file of each suite, and runs those that
/// --gtest_filter names (a hyphen in a scenario's full name doesn't count as gtest's minus).
int RunScenarioTests(int argc, char** argv, const std::vector<Suite>& suites);

}  // namespace mock_http::conformance
