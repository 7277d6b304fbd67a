// Impersonate-User and its companions (`kubectl --as`): a user with the verb impersonate acts as another one.
// Source: apiserver's endpoints/filters/impersonation.go.
#pragma once

#include <optional>

#include "mock_http/http_message.h"
#include "mock_kubeapi/authz/authorizer.h"

namespace mock_kubeapi {

/// The user whom `requester` wants to be, with its system groups; nullopt when the request doesn't ask for it. A 403
/// when `requester` may not, a 500 for impersonation headers without Impersonate-User (as the real server).
Result<std::optional<UserInfo>> ImpersonatedUser(const mock_http::Headers& headers, const UserInfo& requester,
                                                 const Authorizer& authorizer);

}  // namespace mock_kubeapi
