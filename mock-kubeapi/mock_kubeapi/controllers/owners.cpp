#include "mock_kubeapi/controllers/owners.h"

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

std::string OwnerUid(const Json& object) {
  const Json* owner = ControllerOf(object);
  return owner == nullptr ? std::string() : TextOf(*owner, "uid");
}

}  // namespace

const Json* ControllerOf(const Json& object) {
  for (const Json& owner : ListOf(ObjectOf(object, "metadata"), "ownerReferences")) {
    if (IsTrue(owner, "controller")) return &owner;
  }
  return nullptr;
}

Json ControllerReference(const Kind& kind, const Json& owner) {
  const Json& metadata = ObjectOf(owner, "metadata");
  return {{"apiVersion", kind.ApiVersion()}, {"kind", kind.kind},  {"name", TextOf(metadata, "name")},
          {"uid", TextOf(metadata, "uid")},  {"controller", true}, {"blockOwnerDeletion", true}};
}

std::string KeyOf(const Json& object) {
  const Json& metadata = ObjectOf(object, "metadata");
  return TextOf(metadata, "namespace") + "/" + TextOf(metadata, "name");
}

NamespacedName SplitKey(std::string_view key) {
  const std::size_t slash = key.find('/');
  return {.namespace_name = std::string(key.substr(0, slash)), .name = std::string(key.substr(slash + 1))};
}

void OwnerIndex::Observe(const Change& change) {
  if (change.previous != nullptr) Remove(change.previous->json());
  if (change.type != ChangeType::kDeleted) Add(change.json());
}

void OwnerIndex::Add(const Json& object) {
  by_owner_[OwnerUid(object)].insert(KeyOf(object));
}

void OwnerIndex::Remove(const Json& object) {
  const auto owned = by_owner_.find(OwnerUid(object));
  if (owned == by_owner_.end()) return;
  owned->second.erase(KeyOf(object));
  if (owned->second.empty()) by_owner_.erase(owned);
}

const std::set<std::string>& OwnerIndex::Of(const std::string& uid) const {
  static const std::set<std::string> none;
  const auto owned = by_owner_.find(uid);
  return owned == by_owner_.end() ? none : owned->second;
}

}  // namespace mock_kubeapi
