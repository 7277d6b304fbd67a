// Which objects a controller's objects own: an index that is kept up to date from the changes, so that finding the pods
// of a Job costs nothing to speak of however many there are.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mock_kubeapi/kinds/kind.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// The ownerReference with controller: true; null when there is none.
const Json* ControllerOf(const Json& object);
/// An ownerReference for what `owner` makes.
Json ControllerReference(const Kind& kind, const Json& owner);

/// "namespace/name", the key of work queues.
std::string KeyOf(const Json& object);
struct NamespacedName {
  std::string namespace_name;
  std::string name;
};
NamespacedName SplitKey(std::string_view key);

/// The objects of one collection by the uid of their controller.
class OwnerIndex {
 public:
  /// Takes note of a change of the collection.
  void Observe(const Change& change);
  /// Takes note of an object that was there before the first change.
  void Add(const Json& object);
  /// Keys of the objects that `uid` controls, in order; of those without a controller for an empty `uid`.
  const std::set<std::string>& Of(const std::string& uid) const;

 private:
  void Remove(const Json& object);

  std::unordered_map<std::string, std::set<std::string>> by_owner_;
};

}  // namespace mock_kubeapi
