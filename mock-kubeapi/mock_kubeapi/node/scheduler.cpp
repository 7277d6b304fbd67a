#include "mock_kubeapi/node/scheduler.h"

#include <fmt/format.h>

#include <utility>

#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/node/pod_status.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kSchedulerName = "default-scheduler";

bool AwaitsBinding(const Json& pod) {
  const Json& spec = ObjectOf(pod, "spec");
  return TextOf(spec, "nodeName").empty() && TextOf(spec, "schedulerName") == kSchedulerName &&
         !IsSet(ObjectOf(pod, "metadata"), "deletionTimestamp") &&
         TextOf(ObjectOf(pod, "status"), "phase") == "Pending";
}

/// Whether the labels that the Pod wants of its node are those of `node`.
bool Fits(const Json& pod, const Json& node) {
  const Json& labels = ObjectOf(ObjectOf(node, "metadata"), "labels");
  for (const auto& [key, value] : ObjectOf(ObjectOf(pod, "spec"), "nodeSelector").items()) {
    const Json* label = FieldOf(labels, key);
    if (label == nullptr || *label != value) return false;
  }
  return !IsTrue(ObjectOf(node, "spec"), "unschedulable");
}

}  // namespace

void Scheduler::Observe(const Change& change) {
  if (change.resource == "nodes") {
    // What did not fit may fit now.
    for (const JsonPtr& pod : store_.List("pods")) {
      if (AwaitsBinding(*pod)) queue_.Add(Store::PositionOf(MetaText(*pod, "namespace"), MetaText(*pod, "name")));
    }
    return;
  }
  if (change.resource != "pods" || change.type != ChangeType::kAdded) return;
  const Json& pod = change.json();
  queue_.Add(Store::PositionOf(MetaText(pod, "namespace"), MetaText(pod, "name")));
}

bool Scheduler::Step(ControllerContext& context) {
  const auto key = queue_.Take(context.clock.Now());
  if (!key) return false;
  const std::size_t slash = key->find('/');
  const std::string namespace_name = key->substr(0, slash);
  const std::string name = key->substr(slash + 1);
  const ObjectKey pod_key{.resource = "pods", .namespace_name = namespace_name, .name = name};
  const JsonPtr pod = store_.Get(pod_key);
  if (pod == nullptr || !AwaitsBinding(*pod)) return true;
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = "pods"});
  const JsonPtr node = store_.Get({.resource = "nodes", .namespace_name = {}, .name = node_name_});
  Json bound = *pod;
  Json& conditions = bound["status"]["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  if (node == nullptr || !Fits(*pod, *node)) {
    constexpr const char* kMessage =
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector or were unschedulable.";
    SetPodCondition(conditions,
                    {.type = "PodScheduled", .holds = false, .reason = "Unschedulable", .message = kMessage},
                    context.clock.Now());
    store_.Put(pod_key, std::move(bound));
    events_.Record(context, *kind, *pod, {.type = "Warning", .reason = "FailedScheduling", .message = kMessage});
    return true;
  }
  bound["spec"]["nodeName"] = node_name_;
  SetPodCondition(conditions, {.type = "PodScheduled"}, context.clock.Now());
  store_.Put(pod_key, std::move(bound));
  events_.Record(context, *kind, *pod,
                 {.type = "Normal",
                  .reason = "Scheduled",
                  .message = fmt::format("Successfully assigned {} to {}", *key, node_name_)});
  return true;
}

}  // namespace mock_kubeapi
