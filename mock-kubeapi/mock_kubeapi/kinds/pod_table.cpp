#include "mock_kubeapi/kinds/pod_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod.h"

namespace mock_kubeapi {
namespace {

std::string ConditionStatus(const Json& pod, std::string_view type) {
  for (const Json& condition : ListOf(ObjectOf(pod, "status"), "conditions")) {
    if (TextOf(condition, "type") == type) return TextOf(condition, "status");
  }
  return {};
}

/// "Completed", "Error", "ExitCode:3", "Signal:9": how a container ended.
std::string EndText(const Json& terminated) {
  if (!TextOf(terminated, "reason").empty()) return TextOf(terminated, "reason");
  const std::int64_t signal = IntegerOf(terminated, "signal").value_or(0);
  if (signal != 0) return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", IntegerOf(terminated, "exitCode").value_or(0));
}

/// What the init containers say of the Pod while one of them is not done.
std::optional<std::string> InitText(const Json& pod) {
  const Json& statuses = ListOf(ObjectOf(pod, "status"), "initContainerStatuses");
  const std::size_t total = ListOf(ObjectOf(pod, "spec"), "initContainers").size();
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (const Json* ended = FieldAt(statuses[i], "state", "terminated")) {
      if (IntegerOf(*ended, "exitCode").value_or(0) == 0) continue;
      return "Init:" + EndText(*ended);
    }
    const Json* waiting = FieldAt(statuses[i], "state", "waiting");
    const std::string reason = waiting == nullptr ? "" : TextOf(*waiting, "reason");
    if (!reason.empty() && reason != "PodInitializing") return "Init:" + reason;
    return fmt::format("Init:{}/{}", i, total);
  }
  return std::nullopt;
}

struct RunningText {
  std::string text;
  bool any_running = false;
};

/// The text of the first container that has something to say.
RunningText ContainersText(const Json& pod, std::string text) {
  RunningText result{.text = std::move(text)};
  const Json& statuses = ListOf(ObjectOf(pod, "status"), "containerStatuses");
  for (std::size_t i = statuses.size(); i-- > 0;) {
    const Json& status = statuses[i];
    const Json* waiting = FieldAt(status, "state", "waiting");
    const Json* ended = FieldAt(status, "state", "terminated");
    if (waiting != nullptr && !TextOf(*waiting, "reason").empty()) {
      result.text = TextOf(*waiting, "reason");
    } else if (ended != nullptr) {
      result.text = EndText(*ended);
    } else if (IsTrue(status, "ready") && FieldAt(status, "state", "running") != nullptr) {
      result.any_running = true;
    }
  }
  return result;
}

struct Restarts {
  std::int64_t count = 0;
  std::string last;  ///< RFC 3339, empty when none is known
};

void AddRestarts(const Json& status, Restarts& restarts) {
  restarts.count += IntegerOf(status, "restartCount").value_or(0);
  const Json* ended = FieldAt(status, "lastState", "terminated");
  // RFC 3339 in UTC sorts as text.
  if (ended != nullptr) restarts.last = std::max(restarts.last, TextOf(*ended, "finishedAt"));
}

Restarts CountRestarts(const Json& pod, bool initializing) {
  Restarts restarts;
  const Json& status = ObjectOf(pod, "status");
  for (const Json& each : ListOf(status, "initContainerStatuses")) AddRestarts(each, restarts);
  if (initializing) return restarts;
  // Only the time of an init container's end still counts.
  restarts.count = 0;
  for (const Json& each : ListOf(status, "containerStatuses")) AddRestarts(each, restarts);
  return restarts;
}

std::string TextOr(const std::string& text, const std::string& otherwise) {
  return text.empty() ? otherwise : text;
}

std::string ReadinessGates(const Json& pod) {
  const Json& gates = ListOf(ObjectOf(pod, "spec"), "readinessGates");
  if (gates.empty()) return "<none>";
  const auto ready = std::ranges::count_if(
      gates, [&](const Json& gate) { return ConditionStatus(pod, TextOf(gate, "conditionType")) == "True"; });
  return fmt::format("{}/{}", ready, gates.size());
}

template <class Text>
std::string Joined(const Json& spec, Text text) {
  std::string out;
  for (const Json& container : ListOf(spec, "containers")) out += (out.empty() ? "" : ",") + text(container);
  return out;
}

}  // namespace

std::string PodStatusText(const Json& pod) {
  const Json& status = ObjectOf(pod, "status");
  std::string text = TextOr(TextOf(status, "reason"), TextOf(status, "phase"));
  for (const Json& condition : ListOf(status, "conditions")) {
    const bool is_held =
        TextOf(condition, "type") == "PodScheduled" && TextOf(condition, "reason") == "SchedulingGated";
    if (is_held) text = "SchedulingGated";
  }
  if (const std::optional<std::string> init = InitText(pod)) {
    text = *init;
  } else {
    const RunningText containers = ContainersText(pod, text);
    text = containers.text;
    // A completed container among running ones does not complete the Pod.
    if (text == "Completed" && containers.any_running) {
      text = ConditionStatus(pod, "Ready") == "True" ? "Running" : "NotReady";
    }
  }
  if (!TextOf(ObjectOf(pod, "metadata"), "deletionTimestamp").empty()) {
    return TextOf(status, "reason") == "NodeLost" ? "Unknown" : "Terminating";
  }
  return text;
}

std::vector<Column> PodColumns() {
  return {NameColumn(),
          {.name = "Ready", .description = "The aggregate readiness state of this pod for accepting traffic."},
          {.name = "Status", .description = "The aggregate status of the containers in this pod."},
          {.name = "Restarts",
           .description = "The number of times the containers in this pod have been restarted and when the last "
                          "container in this pod has restarted."},
          AgeColumn(),
          {.name = "IP",
           .description = "IP address allocated to the pod. Routable at least within the cluster. Empty if not yet "
                          "allocated.",
           .priority = 1},
          {.name = "Node",
           .description = "NodeName is a request to schedule this pod onto a specific node. If it is non-empty, the "
                          "scheduler simply schedules this pod onto that node, assuming that it fits resource "
                          "requirements.",
           .priority = 1},
          {.name = "Nominated Node",
           .description = "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot "
                          "be scheduled right away as preemption victims receive their graceful termination periods. "
                          "This field does not guarantee that the pod will be scheduled on this node. Scheduler may "
                          "decide to place the pod elsewhere if other nodes become available sooner. Scheduler may "
                          "also decide to give the resources on this node to a higher priority pod that is created "
                          "after preemption. As a result, this field may be different than PodSpec.nodeName when the "
                          "pod is scheduled.",
           .priority = 1},
          {.name = "Readiness Gates",
           .description = "If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when "
                          "all its containers are ready AND all conditions specified in the readiness gates have "
                          "status equal to \"True\" More info: https://git.k8s.io/enhancements/keps/sig-network/"
                          "580-pod-readiness-gates",
           .priority = 1}};
}

Json PodRow(const Json& pod, mock_http::TimePoint now) {
  const Json& status = ObjectOf(pod, "status");
  const auto ready = std::ranges::count_if(ListOf(status, "containerStatuses"), [](const Json& each) {
    return IsTrue(each, "ready") && FieldAt(each, "state", "running") != nullptr;
  });
  const Restarts restarts = CountRestarts(pod, InitText(pod).has_value());
  std::string restarts_text = std::to_string(restarts.count);
  if (restarts.count > 0 && !restarts.last.empty()) {
    restarts_text += fmt::format(" ({} ago)", TimeSince(restarts.last, now));
  }
  std::string ip = TextOf(status, "podIP");
  if (!ListOf(status, "podIPs").empty()) ip = TextOf(ListOf(status, "podIPs").front(), "ip");
  const Json& spec = ObjectOf(pod, "spec");
  return Json::array({NameOf(pod), fmt::format("{}/{}", ready, ListOf(spec, "containers").size()), PodStatusText(pod),
                      restarts_text, Age(pod, now), TextOr(ip, "<none>"), TextOr(TextOf(spec, "nodeName"), "<none>"),
                      TextOr(TextOf(status, "nominatedNodeName"), "<none>"), ReadinessGates(pod)});
}

Json PodRowConditions(const Json& pod) {
  const std::string& phase = TextOf(ObjectOf(pod, "status"), "phase");
  const auto completed = [&](const char* message) {
    return Json::array({{{"type", "Completed"}, {"status", "True"}, {"reason", phase}, {"message", message}}});
  };
  if (phase == "Succeeded") return completed("The pod has completed successfully.");
  if (phase == "Failed") return completed("The pod failed.");
  return Json::array();
}

std::string ContainerNames(const Json& spec) {
  return Joined(spec, [](const Json& container) { return TextOf(container, "name"); });
}

std::string ContainerImages(const Json& spec) {
  return Joined(spec, [](const Json& container) { return TextOf(container, "image"); });
}

}  // namespace mock_kubeapi
