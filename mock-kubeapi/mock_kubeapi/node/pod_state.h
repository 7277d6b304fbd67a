// What a node knows of a Pod it runs: a value, from which the status is written and decisions are taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_http/clock.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// How a run ended.
struct ContainerResult {
  int exit_code = 0;
  std::string reason;
  std::string message;
  mock_http::TimePoint started;
  mock_http::TimePoint finished;
  std::string container_id;
};

struct ContainerState {
  enum class Phase : std::uint8_t { kWaiting, kRunning, kTerminated };

  std::string name;
  Phase phase = Phase::kWaiting;
  /// While waiting; empty: nothing stands in the way but what has to come first.
  std::string waiting_reason;
  std::string waiting_message;
  int attempt = 0;  ///< the number of the current or last run, which is the number of restarts
  bool began = false;
  mock_http::TimePoint started;           ///< of the current or last run
  std::string container_id;               ///< of the current or last run
  std::optional<ContainerResult> result;  ///< while terminated
  std::optional<ContainerResult> last;    ///< of the run before

  bool Succeeded() const { return phase == Phase::kTerminated && result->exit_code == 0; }
};

struct PodState {
  mock_http::TimePoint admitted;
  std::vector<ContainerState> init_containers;  ///< in the order of the Pod, as `containers`
  std::vector<ContainerState> containers;
  /// Not empty: the node ends the Pod, which fails with them ("DeadlineExceeded").
  std::string reason;
  std::string message;

  bool IsInitialized() const;
  bool HasRunning() const;
};

enum class PodPhase : std::uint8_t { kPending, kRunning, kSucceeded, kFailed };

/// Source: pkg/kubelet/kubelet_pods.go (getPhase; release 1.26).
PodPhase PhaseOf(const PodState& state, std::string_view restart_policy);
bool IsTerminal(PodPhase phase);

}  // namespace mock_kubeapi
