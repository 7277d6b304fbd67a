// RBAC from the Role, ClusterRole and binding objects of the store. Rules are indexed by subject and kept until one of
// those objects changes, so that a decision costs microseconds.
// Source: plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac/validation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mock_kubeapi/authz/authorizer.h"

namespace mock_kubeapi {

class StoreReader;

/// Members of system:masters may do everything; the others what bindings grant them. Thread-compatible.
class RbacAuthorizer final : public Authorizer {
 public:
  /// `store` must outlive the authorizer.
  explicit RbacAuthorizer(const StoreReader& store);
  ~RbacAuthorizer() override;

  Verdict Authorize(const Attributes& attributes) const override;
  RulesOfUser RulesFor(const UserInfo& user, const std::string& namespace_name) const override;

 private:
  class Index;
  std::unique_ptr<Index> index_;
};

}  // namespace mock_kubeapi
