#include "mock_kubeapi/node/pod_state.h"

#include <algorithm>

namespace mock_kubeapi {
namespace {

using Phase = ContainerState::Phase;

bool IsRunning(const ContainerState& container) {
  return container.phase == Phase::kRunning;
}

/// The phase of a Pod whose init containers are done.
PodPhase PhaseOfContainers(const std::vector<ContainerState>& containers, std::string_view restart_policy) {
  std::size_t running = 0;
  std::size_t stopped = 0;
  std::size_t succeeded = 0;
  for (const ContainerState& container : containers) {
    if (IsRunning(container)) {
      ++running;
    } else if (container.phase == Phase::kTerminated) {
      ++stopped;
      if (container.Succeeded()) ++succeeded;
    } else if (container.last) {
      ++stopped;  // between two runs
    } else {
      return PodPhase::kPending;
    }
  }
  if (running > 0 || restart_policy == "Always") return PodPhase::kRunning;
  if (succeeded == stopped) return PodPhase::kSucceeded;
  return restart_policy == "Never" ? PodPhase::kFailed : PodPhase::kRunning;
}

}  // namespace

bool PodState::IsInitialized() const {
  return std::ranges::all_of(init_containers, &ContainerState::Succeeded);
}

bool PodState::HasRunning() const {
  return std::ranges::any_of(init_containers, IsRunning) || std::ranges::any_of(containers, IsRunning);
}

PodPhase PhaseOf(const PodState& state, std::string_view restart_policy) {
  // A Pod has not failed as long as any of its containers runs.
  if (!state.reason.empty() && !state.HasRunning()) return PodPhase::kFailed;
  if (state.IsInitialized()) return PhaseOfContainers(state.containers, restart_policy);
  const bool init_failed = std::ranges::any_of(state.init_containers, [](const ContainerState& container) {
    return container.phase == Phase::kTerminated && !container.Succeeded();
  });
  return init_failed && restart_policy == "Never" ? PodPhase::kFailed : PodPhase::kPending;
}

bool IsTerminal(PodPhase phase) {
  return phase == PodPhase::kSucceeded || phase == PodPhase::kFailed;
}

}  // namespace mock_kubeapi
