#include "mock_kubeapi/controllers/garbage_collector.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kForeground = "foregroundDeletion";
constexpr std::string_view kOrphan = "orphan";
/// A write that was refused is tried again after this.
constexpr std::chrono::seconds kCollectAgainAfter{5};

const Json& OwnersOf(const Json& object) {
  return ListOf(ObjectOf(object, "metadata"), "ownerReferences");
}

/// The group and version of an apiVersion.
std::pair<std::string, std::string> SplitApiVersion(const std::string& api_version) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string::npos) return {"", api_version};
  return {api_version.substr(0, slash), api_version.substr(slash + 1)};
}

}  // namespace

void GarbageCollector::SetOwners(const std::string& uid, std::vector<std::string> owners) {
  Node& node = nodes_[uid];
  for (const std::string& owner : node.owners) {
    const auto found = dependents_.find(owner);
    if (found == dependents_.end()) continue;
    found->second.erase(uid);
    if (found->second.empty()) dependents_.erase(found);
  }
  for (const std::string& owner : owners) dependents_[owner].insert(uid);
  node.owners = std::move(owners);
}

std::vector<std::string> GarbageCollector::DependentsOf(const std::string& uid) const {
  const auto found = dependents_.find(uid);
  if (found == dependents_.end()) return {};
  std::vector<std::string> uids(found->second.begin(), found->second.end());
  // Hash order differs between runs of a program; a seeded run must not.
  std::sort(uids.begin(), uids.end());
  return uids;
}

void GarbageCollector::Observe(const Change& change) {
  if (change.resource == "events") return;
  const Json& object = change.json();
  const std::string uid(MetaText(object, "uid"));
  if (change.type == ChangeType::kDeleted) {
    for (const std::string& dependent : DependentsOf(uid)) queue_.Add(dependent);
    // An owner that waits for its dependents has one less.
    for (const Json& owner : OwnersOf(object)) queue_.Add(TextOf(owner, "uid"));
    if (nodes_.contains(uid)) SetOwners(uid, {});
    nodes_.erase(uid);
    return;
  }
  Node& node = nodes_[uid];
  if (node.resource.empty()) {
    node.resource = change.resource;
    node.namespace_name = MetaText(object, "namespace");
    node.name = MetaText(object, "name");
  }
  std::vector<std::string> owners;
  for (const Json& owner : OwnersOf(object)) owners.push_back(TextOf(owner, "uid"));
  if (owners != node.owners) {
    for (const std::string& owner : node.owners) queue_.Add(owner);
    SetOwners(uid, std::move(owners));
    queue_.Add(uid);
  }
  if (IsBeingDeleted(object) && (HasFinalizer(object, kForeground) || HasFinalizer(object, kOrphan))) queue_.Add(uid);
}

bool GarbageCollector::Step(ControllerContext& context) {
  const auto uid = queue_.Take(context.clock.Now());
  if (!uid) return false;
  Process(context, *uid);
  return true;
}

JsonPtr GarbageCollector::Load(const StoreReader& store, const std::string& uid) const {
  const auto node = nodes_.find(uid);
  if (node == nodes_.end()) return nullptr;
  JsonPtr object = store.Get({node->second.resource, node->second.namespace_name, node->second.name});
  return object && MetaText(*object, "uid") == uid ? object : nullptr;
}

KindPtr GarbageCollector::KindOf(const Node& node) const {
  const std::vector<KindPtr> kinds = kinds_.OfStorage(node.resource);
  return kinds.empty() ? nullptr : kinds.front();
}

void GarbageCollector::Process(ControllerContext& context, const std::string& uid) {
  const JsonPtr object = Load(context.client.store(), uid);
  if (!object) return;
  if (IsBeingDeleted(*object)) {
    if (HasFinalizer(*object, kForeground)) {
      DeleteDependentsFirst(context, uid, *object);
    } else if (HasFinalizer(*object, kOrphan)) {
      OrphanDependents(context, uid, *object);
    }
    return;
  }
  CheckOwners(context, uid, *object);
}

void GarbageCollector::DeleteDependentsFirst(ControllerContext& context, const std::string& uid,
                                             const Json& /*object*/) {
  bool blocked = false;
  for (const std::string& dependent : DependentsOf(uid)) {
    const JsonPtr other = Load(context.client.store(), dependent);
    if (!other) continue;
    for (const Json& owner : OwnersOf(*other)) {
      if (TextOf(owner, "uid") == uid && IsTrue(owner, "blockOwnerDeletion")) blocked = true;
    }
    if (!IsBeingDeleted(*other)) queue_.Add(dependent);
  }
  if (!blocked) RemoveFinalizer(context, uid, kForeground);
}

void GarbageCollector::OrphanDependents(ControllerContext& context, const std::string& uid, const Json& /*object*/) {
  for (const std::string& dependent : DependentsOf(uid)) {
    const JsonPtr other = Load(context.client.store(), dependent);
    if (!other) continue;
    Json changed = *other;
    Json kept = Json::array();
    for (const Json& owner : OwnersOf(*other)) {
      if (TextOf(owner, "uid") != uid) kept.push_back(owner);
    }
    changed["metadata"]["ownerReferences"] = std::move(kept);
    Update(context, dependent, std::move(changed));
  }
  RemoveFinalizer(context, uid, kOrphan);
}

GarbageCollector::OwnerState GarbageCollector::StateOf(const StoreReader& store, const Node& dependent,
                                                       const Json& reference) const {
  const auto [group, version] = SplitApiVersion(TextOf(reference, "apiVersion"));
  const KindPtr kind = kinds_.FindByKind({.group = group, .version = version, .kind = TextOf(reference, "kind")});
  // Nobody can tell whether an owner of an unknown kind is there: the dependent stays.
  if (!kind) return OwnerState::kSolid;
  const std::string storage = kind->Storage();
  const std::string_view ns = kind->namespaced ? std::string_view(dependent.namespace_name) : std::string_view();
  const JsonPtr owner = store.Get({storage, ns, TextOf(reference, "name")});
  if (!owner || MetaText(*owner, "uid") != TextOf(reference, "uid")) return OwnerState::kAbsent;
  return IsBeingDeleted(*owner) && HasFinalizer(*owner, kForeground) ? OwnerState::kWaiting : OwnerState::kSolid;
}

void GarbageCollector::CheckOwners(ControllerContext& context, const std::string& uid, const Json& object) {
  const Node node = nodes_.at(uid);
  Json solid = Json::array();
  bool waiting = false;
  std::size_t gone = 0;
  for (const Json& owner : OwnersOf(object)) {
    switch (StateOf(context.client.store(), node, owner)) {
      case OwnerState::kSolid:
        solid.push_back(owner);
        break;
      case OwnerState::kWaiting:
        waiting = true;
        break;
      case OwnerState::kAbsent:
        ++gone;
        break;
    }
  }
  if (gone == 0 && !waiting) return;
  if (!solid.empty()) {
    Json changed = object;
    changed["metadata"]["ownerReferences"] = std::move(solid);
    Update(context, uid, std::move(changed));
    return;
  }
  const bool awaited = waiting && !DependentsOf(uid).empty();
  std::string policy = "Background";
  if (!awaited && HasFinalizer(object, kOrphan)) {
    policy = "Orphan";
  } else if (awaited || HasFinalizer(object, kForeground)) {
    policy = "Foreground";
  }
  const KindPtr kind = KindOf(node);
  if (!kind) return;
  const auto deleted =
      context.client.Delete(*kind, node.namespace_name, node.name, {.propagation_policy = policy, .uid = uid});
  if (!deleted && deleted.error().code != 404) queue_.AddAt(uid, context.clock.Now() + kCollectAgainAfter);
}

void GarbageCollector::RemoveFinalizer(ControllerContext& context, const std::string& uid, std::string_view finalizer) {
  const JsonPtr object = Load(context.client.store(), uid);
  if (!object) return;
  Json changed = *object;
  Json kept = Json::array();
  for (const Json& each : ListOf(ObjectOf(*object, "metadata"), "finalizers")) {
    if (each != finalizer) kept.push_back(each);
  }
  changed["metadata"]["finalizers"] = std::move(kept);
  Update(context, uid, std::move(changed));
}

void GarbageCollector::Update(ControllerContext& context, const std::string& uid, Json object) {
  const auto node = nodes_.find(uid);
  if (node == nodes_.end()) return;
  const KindPtr kind = KindOf(node->second);
  if (!kind) return;
  Json shown = kind->from_storage ? kind->from_storage(object) : std::move(object);
  const auto updated = context.client.Update(*kind, std::move(shown), "");
  if (!updated && updated.error().code != 404) queue_.AddAt(uid, context.clock.Now() + kCollectAgainAfter);
}

}  // namespace mock_kubeapi
