#include "mock_kubeapi/authz/authorizer.h"

#include <fmt/format.h>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi {
Verdict AlwaysAllowAuthorizer::Authorize(const Attributes& attributes) const {
  static_cast<void>(attributes);
  return {.allowed = true, .reason = {}};
}

RulesOfUser AlwaysAllowAuthorizer::RulesFor(const UserInfo& user, const std::string& namespace_name) const {
  static_cast<void>(user);
  static_cast<void>(namespace_name);
  return {.rules = {{.verbs = {"*"}, .api_groups = {"*"}, .resources = {"*"}},
                    {.verbs = {"*"}, .non_resource_urls = {"*"}}},
          .missing_roles = {}};
}

ApiError ForbiddenRequestError(const Attributes& attributes, const std::string& reason) {
  std::string text = fmt::format("User {} cannot {} ", GoQuote(attributes.user.name), attributes.verb);
  if (!attributes.is_resource) {
    text += "path " + GoQuote(attributes.path);
  } else {
    std::string resource = attributes.resource;
    if (!attributes.subresource.empty()) resource += "/" + attributes.subresource;
    text += fmt::format("resource {} in API group {} ", GoQuote(resource), GoQuote(attributes.group));
    text += attributes.namespace_name.empty() ? "at the cluster scope"
                                              : "in the namespace " + GoQuote(attributes.namespace_name);
  }
  text = EscapeHtml(text);
  if (!reason.empty()) text += ": " + reason;
  const ResourceName resource = attributes.is_resource
                                    ? ResourceName{.group = attributes.group, .resource = attributes.resource}
                                    : ResourceName{};
  return ForbiddenError(resource, attributes.is_resource ? attributes.name : std::string(), text);
}

}  // namespace mock_kubeapi
