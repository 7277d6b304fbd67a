#include "mock_kubeapi/node/pod_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

using mock_http::FormatRfc3339;
using Phase = ContainerState::Phase;

constexpr const char* kPhaseNames[] = {"Pending", "Running", "Succeeded", "Failed"};

Json TerminatedJson(const ContainerResult& result) {
  Json terminated = {{"exitCode", result.exit_code},
                     {"reason", result.reason},
                     {"startedAt", FormatRfc3339(result.started)},
                     {"finishedAt", FormatRfc3339(result.finished)}};
  if (!result.message.empty()) terminated["message"] = result.message;
  if (!result.container_id.empty()) terminated["containerID"] = result.container_id;
  return terminated;
}

Json StateJson(const ContainerState& state) {
  switch (state.phase) {
    case Phase::kRunning:
      return {{"running", {{"startedAt", FormatRfc3339(state.started)}}}};
    case Phase::kTerminated:
      return {{"terminated", TerminatedJson(*state.result)}};
    case Phase::kWaiting:
      break;
  }
  Json waiting = {{"reason", state.waiting_reason}};
  if (!state.waiting_message.empty()) waiting["message"] = state.waiting_message;
  return {{"waiting", std::move(waiting)}};
}

Json ContainerStatus(const ContainerState& state, const Json& container, bool is_ready) {
  const std::string& image = TextOf(container, "image");
  Json status = {{"name", state.name},
                 {"state", StateJson(state)},
                 {"lastState", Json::object()},
                 {"ready", is_ready},
                 {"restartCount", state.attempt},
                 {"image", image},
                 {"imageID", state.began ? image : ""},
                 {"started", state.phase == Phase::kRunning}};
  if (state.last) status["lastState"] = {{"terminated", TerminatedJson(*state.last)}};
  if (!state.container_id.empty()) status["containerID"] = state.container_id;
  return status;
}

std::string NamesText(const char* what, const std::vector<std::string>& names) {
  return fmt::format("containers with {} status: [{}]", what, fmt::join(names, " "));
}

PodCondition InitializedCondition(const PodState& state, PodPhase phase) {
  if (phase == PodPhase::kSucceeded) return {.type = "Initialized", .reason = "PodCompleted"};
  std::vector<std::string> incomplete;
  for (const ContainerState& container : state.init_containers) {
    if (!container.Succeeded()) incomplete.push_back(container.name);
  }
  if (incomplete.empty()) return {.type = "Initialized"};
  return {.type = "Initialized",
          .holds = false,
          .reason = "ContainersNotInitialized",
          .message = NamesText("incomplete", incomplete)};
}

/// Ready and ContainersReady say the same: this node has no readiness gates.
PodCondition ReadyCondition(const char* type, const PodState& state, PodPhase phase) {
  if (phase == PodPhase::kSucceeded) return {.type = type, .holds = false, .reason = "PodCompleted"};
  if (phase == PodPhase::kFailed) return {.type = type, .holds = false, .reason = "PodFailed"};
  std::vector<std::string> unready;
  for (const ContainerState& container : state.containers) {
    if (container.phase != Phase::kRunning) unready.push_back(container.name);
  }
  if (unready.empty()) return {.type = type};
  return {.type = type, .holds = false, .reason = "ContainersNotReady", .message = NamesText("unready", unready)};
}

Json ContainerStatuses(const std::vector<ContainerState>& states, const Json& containers, bool are_init) {
  Json statuses = Json::array();
  for (std::size_t i = 0; i < states.size(); ++i) {
    const bool is_ready = are_init ? states[i].Succeeded() : states[i].phase == Phase::kRunning;
    statuses.push_back(ContainerStatus(states[i], containers[i], is_ready));
  }
  return statuses;
}

}  // namespace

void SetPodCondition(Json& conditions, const PodCondition& condition, mock_http::TimePoint now) {
  Json made = {{"type", condition.type},
               {"status", condition.holds ? "True" : "False"},
               {"lastProbeTime", nullptr},
               {"lastTransitionTime", FormatRfc3339(now)}};
  if (!condition.reason.empty()) made["reason"] = condition.reason;
  if (!condition.message.empty()) made["message"] = condition.message;
  for (Json& each : conditions) {
    if (TextOf(each, "type") != condition.type) continue;
    if (each["status"] == made["status"]) made["lastTransitionTime"] = each["lastTransitionTime"];
    each = std::move(made);
    return;
  }
  conditions.push_back(std::move(made));
}

Json MakePodStatus(const Json& pod, const PodState& state, const NodeFacts& node, mock_http::TimePoint now) {
  const Json& spec = ObjectOf(pod, "spec");
  Json status = ObjectOf(pod, "status");
  const PodPhase phase = PhaseOf(state, TextOf(spec, "restartPolicy"));
  status["phase"] = kPhaseNames[static_cast<std::size_t>(phase)];
  if (phase == PodPhase::kFailed && !state.reason.empty()) {
    status["reason"] = state.reason;
    status["message"] = state.message;
  }
  status["startTime"] = FormatRfc3339(state.admitted);
  status["hostIP"] = node.host_ip;
  status["podIP"] = node.host_ip;
  status["podIPs"] = Json::array({{{"ip", node.host_ip}}});
  Json& conditions = status["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  SetPodCondition(conditions, InitializedCondition(state, phase), now);
  SetPodCondition(conditions, ReadyCondition("Ready", state, phase), now);
  SetPodCondition(conditions, ReadyCondition("ContainersReady", state, phase), now);
  SetPodCondition(conditions, {.type = "PodScheduled"}, now);
  if (!state.init_containers.empty()) {
    status["initContainerStatuses"] =
        ContainerStatuses(state.init_containers, ListOf(spec, "initContainers"), /*are_init=*/true);
  }
  status["containerStatuses"] = ContainerStatuses(state.containers, ListOf(spec, "containers"), /*are_init=*/false);
  return status;
}

}  // namespace mock_kubeapi
