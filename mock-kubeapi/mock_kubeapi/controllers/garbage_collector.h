// Deletes objects whose owners are gone, and carries out foreground deletion and orphaning.
// Source: pkg/controller/garbagecollector.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

/// Keeps the graph of owners from the changes it hears of, so that a step costs what it touches.
class GarbageCollector final : public Controller {
 public:
  /// `kinds` must outlive the controller.
  explicit GarbageCollector(const KindTable& kinds) : kinds_(kinds) {}

  std::string_view Name() const override { return "kube-controller-manager"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;

 private:
  struct Node {
    std::string resource;
    std::string namespace_name;
    std::string name;
    std::vector<std::string> owners;  ///< uids
  };
  enum class OwnerState { kSolid, kAbsent, kWaiting };

  void SetOwners(const std::string& uid, std::vector<std::string> owners);
  OwnerState StateOf(const StoreReader& store, const Node& dependent, const Json& reference) const;
  JsonPtr Load(const StoreReader& store, const std::string& uid) const;
  KindPtr KindOf(const Node& node) const;
  std::vector<std::string> DependentsOf(const std::string& uid) const;

  void Process(ControllerContext& context, const std::string& uid);
  void DeleteDependentsFirst(ControllerContext& context, const std::string& uid, const Json& object);
  void OrphanDependents(ControllerContext& context, const std::string& uid, const Json& object);
  void CheckOwners(ControllerContext& context, const std::string& uid, const Json& object);
  void RemoveFinalizer(ControllerContext& context, const std::string& uid, std::string_view finalizer);
  void Update(ControllerContext& context, const std::string& uid, Json object);

  const KindTable& kinds_;
  WorkQueue queue_;  ///< of uids
  std::unordered_map<std::string, Node> nodes_;
  std::unordered_map<std::string, std::unordered_set<std::string>> dependents_;  ///< owner's uid -> uids
};

}  // namespace mock_kubeapi
