// May this user do that? The question the pipeline, admission and the access reviews ask.
// Source: apiserver's authorization/authorizer and endpoints/handlers/responsewriters/errors.go.
#pragma once

#include <string>
#include <vector>

#include "mock_kubeapi/authn/user_info.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// What a request wants to do.
struct Attributes {
  UserInfo user;
  std::string verb;  ///< "get", "list" …; the HTTP method in lower case for a path that is no resource
  /// False: `path` alone says what is asked for.
  bool is_resource = true;
  std::string namespace_name;  ///< empty at the cluster scope
  std::string group;
  std::string version;
  std::string resource;
  std::string subresource;
  std::string name;  ///< empty for list, create, deletecollection …
  std::string path;
};

struct Verdict {
  bool allowed = false;
  /// Why: for reviews when allowed; what went wrong while looking up roles when not. Often empty.
  std::string reason;
};

/// A rule as SelfSubjectRulesReview lists it and escalation checks compare it.
struct PolicyRule {
  std::vector<std::string> verbs;
  std::vector<std::string> api_groups;
  std::vector<std::string> resources;
  std::vector<std::string> resource_names;
  std::vector<std::string> non_resource_urls;

  bool operator==(const PolicyRule&) const = default;
};

/// The rules that apply to a user, and what could not be looked up.
struct RulesOfUser {
  std::vector<PolicyRule> rules;
  std::vector<std::string> errors;
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  virtual Verdict Authorize(const Attributes& attributes) const = 0;
  /// All rules that `user` has in `namespace_name` (those of the cluster alone when it is empty).
  virtual RulesOfUser RulesFor(const UserInfo& user, const std::string& namespace_name) const = 0;
};

/// Allows everything: `--authorization always-allow`.
class AlwaysAllowAuthorizer final : public Authorizer {
 public:
  Verdict Authorize(const Attributes& attributes) const override;
  RulesOfUser RulesFor(const UserInfo& user, const std::string& namespace_name) const override;
};

/// The 403 for a request that was not allowed: `secrets "x" is forbidden: User "u" cannot get resource "secrets" in API
/// group "" in the namespace "ns"`, with `reason` behind a colon where there is one.
ApiError ForbiddenRequestError(const Attributes& attributes, const std::string& reason);

}  // namespace mock_kubeapi
