#include "mock_kubeapi/controllers/namespace_controller.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kFinalizer = "kubernetes";
const GroupVersionResource kNamespaces{.group = "", .version = "v1", .resource = "namespaces"};

bool IsTerminating(const Json& object) {
  return IsSet(ObjectOf(object, "metadata"), "deletionTimestamp");
}

struct Condition {
  std::string type;
  bool status = false;
  std::string reason;
  std::string message;
};

/// Sets a condition; its transition time moves only with its status.
void SetCondition(Json& conditions, const Condition& condition, const std::string& now) {
  const std::string status = condition.status ? "True" : "False";
  for (Json& known : conditions) {
    if (TextOf(known, "type") != condition.type) continue;
    if (TextOf(known, "status") != status) known["lastTransitionTime"] = now;
    known["status"] = status;
    known["reason"] = condition.reason;
    known["message"] = condition.message;
    return;
  }
  conditions.push_back({{"type", condition.type},
                        {"status", status},
                        {"lastTransitionTime", now},
                        {"reason", condition.reason},
                        {"message", condition.message}});
}

}  // namespace

/// What is still there after everything has been deleted: counts by resource and by finalizer.
struct NamespaceController::Remains {
  std::map<std::string, int> resources;
  std::map<std::string, int> finalizers;

  static std::string Join(const std::map<std::string, int>& counts, std::string_view format_between) {
    std::string text;
    for (const auto& [name, count] : counts) {
      text += fmt::format("{}{} {} {} resource instances", text.empty() ? "" : ", ", name, format_between, count);
    }
    return text;
  }
};

void NamespaceController::Observe(const Change& change) {
  const Json& object = change.json();
  if (change.resource == "namespaces") {
    const std::string name(MetaText(object, "name"));
    if (change.type == ChangeType::kDeleted) {
      terminating_.erase(name);
    } else if (IsTerminating(object) && terminating_.insert(name).second) {
      queue_.Add(name);
    }
    return;
  }
  if (terminating_.empty()) return;
  const std::string_view ns = MetaText(object, "namespace");
  if (const auto found = terminating_.find(ns); found != terminating_.end()) queue_.Add(*found);
}

bool NamespaceController::Step(ControllerContext& context) {
  const auto name = queue_.Take(context.clock.Now());
  if (!name) return false;
  const JsonPtr object = context.client.store().Get({"namespaces", "", *name});
  if (!object || !IsTerminating(*object)) return true;
  const Json& finalizers = ListOf(ObjectOf(*object, "spec"), "finalizers");
  if (std::find(finalizers.begin(), finalizers.end(), kFinalizer) == finalizers.end()) return true;
  Finish(context, *object, DeleteContent(context, *name));
  return true;
}

NamespaceController::Remains NamespaceController::DeleteContent(ControllerContext& context, const std::string& name) {
  std::map<std::string, KindPtr> by_storage;
  for (const KindPtr& kind : kinds_.rows()) {
    if (kind->namespaced && !kind->answer) by_storage.emplace(kind->Storage(), kind);
  }
  const StoreReader& store = context.client.store();
  Remains remains;
  for (const auto& [storage, kind] : by_storage) {
    for (const JsonPtr& object : store.List(storage, name)) {
      // What is refused stays and is counted; another change of the namespace brings another try.
      static_cast<void>(context.client.Delete(*kind, name, std::string(MetaText(*object, "name")),
                                              {.propagation_policy = "Background"}));
    }
    const std::vector<JsonPtr> left = store.List(storage, name);
    if (left.empty()) continue;
    remains.resources[kind->plural + "." + kind->group] = static_cast<int>(left.size());
    for (const JsonPtr& object : left) {
      for (const Json& finalizer : ListOf(ObjectOf(*object, "metadata"), "finalizers")) {
        ++remains.finalizers[finalizer.get<std::string>()];
      }
    }
  }
  return remains;
}

void NamespaceController::Finish(ControllerContext& context, const Json& object, const Remains& remains) {
  const KindPtr kind = context.client.FindKind(kNamespaces);
  const std::string now = mock_http::FormatRfc3339(context.clock.Now());
  Json changed = object;
  Json& conditions = changed["status"]["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  SetCondition(conditions,
               {.type = "NamespaceDeletionDiscoveryFailure",
                .status = false,
                .reason = "ResourcesDiscovered",
                .message = "All resources successfully discovered"},
               now);
  SetCondition(conditions,
               {.type = "NamespaceDeletionGroupVersionParsingFailure",
                .status = false,
                .reason = "ParsedGroupVersions",
                .message = "All legacy kube types successfully parsed"},
               now);
  SetCondition(conditions,
               {.type = "NamespaceDeletionContentFailure",
                .status = false,
                .reason = "ContentDeleted",
                .message = "All content successfully deleted, may be waiting on finalization"},
               now);
  const bool content = !remains.resources.empty();
  SetCondition(conditions,
               {.type = "NamespaceContentRemaining",
                .status = content,
                .reason = content ? "SomeResourcesRemain" : "ContentRemoved",
                .message = content ? "Some resources are remaining: " + Remains::Join(remains.resources, "has")
                                   : "All content successfully removed"},
               now);
  const bool finalizers = !remains.finalizers.empty();
  SetCondition(conditions,
               {.type = "NamespaceFinalizersRemaining",
                .status = finalizers,
                .reason = finalizers ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
                .message = finalizers ? "Some content in the namespace has finalizers remaining: " +
                                            Remains::Join(remains.finalizers, "in")
                                      : "All content-preserving finalizers finished"},
               now);
  changed["metadata"].erase("resourceVersion");
  const auto updated = context.client.Update(*kind, changed, "status");
  if (!updated || content) return;
  Json released = **updated;
  Json& held = released["spec"]["finalizers"];
  held.erase(std::remove(held.begin(), held.end(), kFinalizer), held.end());
  static_cast<void>(context.client.Update(*kind, std::move(released), "finalize"));
}

}  // namespace mock_kubeapi
