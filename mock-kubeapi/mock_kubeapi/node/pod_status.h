// A Pod's status as the kubelet writes it. Source: pkg/kubelet (status/generate.go, kubelet_pods.go), release 1.26.
#pragma once

#include <string>

#include "mock_http/clock.h"
#include "mock_kubeapi/node/pod_inputs.h"
#include "mock_kubeapi/node/pod_state.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// A condition of a Pod without its times. `reason` is empty for one that holds.
struct PodCondition {
  const char* type;
  bool holds = true;
  std::string reason = {};
  std::string message = {};
};

/// Replaces the condition of that type in the array `conditions`, or adds it; its time of transition stays as long as
/// its status does.
void SetPodCondition(Json& conditions, const PodCondition& condition, mock_http::TimePoint now);

/// `pod` is the object as it is; what other writers have in its status (conditions of other types) stays.
Json MakePodStatus(const Json& pod, const PodState& state, const NodeFacts& node, mock_http::TimePoint now);

}  // namespace mock_kubeapi
