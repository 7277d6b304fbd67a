// Bodies without their secrets, for history dumps: values of Secrets, tokens of TokenRequest, TokenReview and bound
// accounts never leave the server but to the client that asked.
#pragma once

#include <string>
#include <string_view>

#include "mock_kubeapi/api/request_info.h"

namespace mock_kubeapi {

/// `body` is a request's or an answer's on the resource of `info`, of any content type. What can't be read is replaced
/// as a whole where it may hold a secret.
std::string Redact(const RequestInfo& info, std::string_view body);

}  // namespace mock_kubeapi
