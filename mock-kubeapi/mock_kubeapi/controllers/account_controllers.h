// What every namespace gets: the ServiceAccount default and the ConfigMap kube-root-ca.crt; and the tokens of Secrets
// that are bound to a ServiceAccount.
// Source: pkg/controller/serviceaccount, pkg/controller/certificates/rootcacertpublisher.
#pragma once

#include <map>
#include <set>
#include <string>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

class TokenIssuer;

/// Keeps one object in every namespace that is not being deleted.
class NamespaceObjectController final : public Controller {
 public:
  /// `resource` of core/v1 called `name`; `contents` is the object without metadata.name and namespace.
  /// `keep_contents`: what others change in its data is put back.
  struct Options {
    std::string resource;
    std::string name;
    Json contents = Json::object();
    bool keep_contents = false;
  };
  explicit NamespaceObjectController(Options options) : options_(std::move(options)) {}

  std::string_view Name() const override { return "kube-controller-manager"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;

 private:
  Options options_;
  WorkQueue queue_;  ///< of namespaces
};

/// Fills in Secrets of type kubernetes.io/service-account-token and deletes those whose account is gone.
class TokenSecretController final : public Controller {
 public:
  /// `tokens` must outlive the controller.
  TokenSecretController(const TokenIssuer& tokens, std::string ca_certificate)
      : tokens_(tokens), ca_certificate_(std::move(ca_certificate)) {}

  std::string_view Name() const override { return "kube-controller-manager"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;

 private:
  void Fill(ControllerContext& context, const Json& secret, const Json& account);

  const TokenIssuer& tokens_;
  std::string ca_certificate_;
  WorkQueue queue_;                                          ///< of "namespace/name" of Secrets
  std::map<std::string, std::set<std::string>> secrets_of_;  ///< "namespace/account" -> keys of its Secrets
};

}  // namespace mock_kubeapi
