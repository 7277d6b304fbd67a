#include "sim/pod_node.h"

#include <utility>

#include "mock_kubeapi/kinds/json_access.h"

namespace sim {
namespace {

using mock_kubeapi::Change;
using mock_kubeapi::ChangeType;
using mock_kubeapi::ControllerContext;
using mock_kubeapi::Json;
using mock_kubeapi::ObjectOf;
using mock_kubeapi::TextOf;

constexpr const char* kAddress = "192.0.2.10";

bool HasEnded(const Json& pod) {
  const std::string& phase = TextOf(ObjectOf(pod, "status"), "phase");
  return phase == "Succeeded" || phase == "Failed";
}

mock_kubeapi::KindPtr PodKind(const ControllerContext& context) {
  return context.client.FindKind({.group = "", .version = "v1", .resource = "pods"});
}

}  // namespace

void PodNode::Observe(const Change& change) {
  if (change.resource != "pods") return;
  const Json& json = change.json();
  const std::string& uid = mock_kubeapi::UidOf(json);
  const auto known = pods_.find(uid);
  if (change.type == ChangeType::kDeleted) {
    if (known == pods_.end()) return;
    if (known->second.runs && !known->second.ended) host_.kill(uid);
    pods_.erase(known);
    return;
  }
  if (known == pods_.end()) {
    if (HasEnded(json)) return;
    const Json& metadata = ObjectOf(json, "metadata");
    pods_[uid] = {.namespace_name = TextOf(metadata, "namespace"), .name = TextOf(metadata, "name")};
    queue_.Add(uid);
  } else if (mock_kubeapi::IsBeingDeleted(json)) {
    queue_.Add(uid);
  }
}

bool PodNode::Step(ControllerContext& context) {
  const auto uid = queue_.Take(context.clock.Now());
  if (!uid) return false;
  Sync(context, *uid);
  return true;
}

void PodNode::Ended(const std::string& pod_uid, int exit_code, const std::string& termination_message) {
  const auto found = pods_.find(pod_uid);
  if (found == pods_.end()) return;
  found->second.ended = true;
  found->second.exit_code = exit_code;
  found->second.message = termination_message;
  queue_.AddAt(pod_uid, mock_http::TimePoint{});
}

void PodNode::Sync(ControllerContext& context, const std::string& uid) {
  const auto found = pods_.find(uid);
  if (found == pods_.end()) return;
  Pod& pod = found->second;
  const mock_kubeapi::JsonPtr stored =
      context.client.store().Get({.resource = "pods", .namespace_name = pod.namespace_name, .name = pod.name});
  if (stored == nullptr || mock_kubeapi::UidOf(*stored) != uid) return;
  if (mock_kubeapi::IsBeingDeleted(*stored)) {
    if (pod.runs && !pod.ended) host_.kill(uid);
    const Pod gone = std::move(pod);
    pods_.erase(found);
    if (gone.ended && !HasEnded(*stored)) WriteStatus(context, gone, *stored);
    mock_kubeapi::DeleteRequest request;
    request.grace_period_seconds = 0;
    request.uid = uid;
    static_cast<void>(context.client.Delete(*PodKind(context), gone.namespace_name, gone.name, request));
    return;
  }
  if (!pod.runs) {
    pod.runs = true;
    pod.started = context.clock.Now();
    host_.start(*stored);
  }
  WriteStatus(context, pod, *stored);
}

void PodNode::WriteStatus(ControllerContext& context, const Pod& pod, const Json& stored) {
  const std::string now = mock_http::FormatRfc3339(context.clock.Now());
  const std::string started = mock_http::FormatRfc3339(pod.started);
  Json state = {{"running", {{"startedAt", started}}}};
  if (pod.ended) {
    state = {{"terminated",
              {{"exitCode", pod.exit_code},
               {"reason", pod.exit_code == 0 ? "Completed" : "Error"},
               {"message", pod.message},
               {"startedAt", started},
               {"finishedAt", now}}}};
  }
  const Json& container = mock_kubeapi::ListOf(ObjectOf(stored, "spec"), "containers").at(0);
  Json changed = stored;
  changed["metadata"].erase("resourceVersion");
  Json& status = changed["status"];
  status["phase"] = !pod.ended ? "Running" : pod.exit_code == 0 ? "Succeeded" : "Failed";
  status["startTime"] = started;
  status["hostIP"] = kAddress;
  status["containerStatuses"] = Json::array({{{"name", TextOf(container, "name")},
                                              {"image", TextOf(container, "image")},
                                              {"imageID", TextOf(container, "image")},
                                              {"state", std::move(state)},
                                              {"ready", false},
                                              {"restartCount", 0},
                                              {"started", !pod.ended}}});
  // A Pod that has gone meanwhile needs no status.
  static_cast<void>(context.client.Update(*PodKind(context), std::move(changed), "status"));
}

}  // namespace sim
