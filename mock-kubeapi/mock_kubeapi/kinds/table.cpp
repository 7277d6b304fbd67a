#include "mock_kubeapi/kinds/table.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mock_kubeapi {
namespace {

std::string KeyOf(const GroupVersionResource& name) {
  std::string key;
  key.reserve(name.group.size() + name.version.size() + name.resource.size() + 2);
  key.append(name.group).append("/").append(name.version).append("/").append(name.resource);
  return key;
}

}  // namespace

KindTable::KindTable(std::vector<Kind> builtin) {
  for (Kind& kind : builtin) builtin_.push_back(std::make_shared<const Kind>(std::move(kind)));
  Rebuild();
}

void KindTable::Rebuild() {
  rows_ = builtin_;
  std::vector<KindPtr> custom;
  for (const auto& [definition, rows] : custom_) custom.insert(custom.end(), rows.begin(), rows.end());
  std::stable_sort(custom.begin(), custom.end(), [](const KindPtr& a, const KindPtr& b) {
    return std::tie(a->group, a->plural) < std::tie(b->group, b->plural);
  });
  rows_.insert(rows_.end(), custom.begin(), custom.end());
  by_resource_.clear();
  for (const KindPtr& kind : rows_) {
    by_resource_.emplace(KeyOf({.group = kind->group, .version = kind->version, .resource = kind->plural}), kind);
  }
  ++generation_;
}

KindPtr KindTable::Find(const GroupVersionResource& name) const {
  const auto found = by_resource_.find(KeyOf(name));
  return found == by_resource_.end() ? nullptr : found->second;
}

KindPtr KindTable::FindByKind(const GroupVersionKind& name) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const KindPtr& kind) {
    return kind->kind == name.kind && kind->version == name.version && kind->group == name.group;
  });
  return found == rows_.end() ? nullptr : *found;
}

KindPtr KindTable::FindAnyVersion(std::string_view group, std::string_view resource) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const KindPtr& kind) {
    return kind->plural == resource && kind->group == group;
  });
  return found == rows_.end() ? nullptr : *found;
}

std::vector<KindPtr> KindTable::OfStorage(std::string_view storage) const {
  std::vector<KindPtr> kinds;
  for (const KindPtr& kind : rows_) {
    if (!kind->answer && kind->Storage() == storage) kinds.push_back(kind);
  }
  return kinds;
}

bool KindTable::HasGroup(std::string_view group) const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const KindPtr& kind) { return kind->group == group; });
}

bool KindTable::HasGroupVersion(std::string_view group, std::string_view version) const {
  return std::any_of(rows_.begin(), rows_.end(),
                     [&](const KindPtr& kind) { return kind->group == group && kind->version == version; });
}

void KindTable::SetCustom(const std::string& definition, std::vector<Kind> rows) {
  std::vector<KindPtr> shared;
  shared.reserve(rows.size());
  for (Kind& kind : rows) shared.push_back(std::make_shared<const Kind>(std::move(kind)));
  if (shared.empty()) {
    custom_.erase(definition);
  } else {
    custom_[definition] = std::move(shared);
  }
  Rebuild();
}

}  // namespace mock_kubeapi
