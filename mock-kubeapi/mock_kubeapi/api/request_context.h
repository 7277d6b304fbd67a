// One request on its way through the pipeline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_http/http_message.h"
#include "mock_kubeapi/api/request_info.h"
#include "mock_kubeapi/authn/user_info.h"
#include "mock_kubeapi/authz/authorizer.h"

namespace mock_kubeapi {

struct RequestContext {
  const mock_http::Request& http;
  QueryParameters query;
  RequestInfo info;
  UserInfo user;
  std::vector<std::string> warnings;  ///< for Warning headers

  std::string_view Header(std::string_view name) const { return http.headers.Get(name).value_or(std::string_view()); }
  /// What authorisation is asked.
  Attributes AuthorizationAttributes() const {
    return {.user = user,
            .verb = info.verb,
            .is_resource = info.is_resource,
            .namespace_name = info.namespace_name,
            .group = info.group,
            .version = info.version,
            .resource = info.resource,
            .subresource = info.subresource,
            .name = info.name,
            .path = info.path};
  }
};

}  // namespace mock_kubeapi
