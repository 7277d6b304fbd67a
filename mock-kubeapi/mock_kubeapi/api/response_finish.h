// What every answer gets at the end: Warning headers, compression, the headers of kube-apiserver.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_http/http_message.h"
#include "mock_http/random.h"
#include "mock_kubeapi/api/request_info.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// An error as a response in the form that the request asks for.
mock_http::Response ErrorResponse(const ApiError& error, const mock_http::Request& request,
                                  const QueryParameters& query);
/// `299 - "text"`; the text escaped, characters that a header can't have left out.
std::string WarningHeader(std::string_view text);

/// Adds the warnings (each text once), Audit-Id and Cache-Control; compresses a long body for clients that ask for it;
/// drops the body of an answer to HEAD.
void FinishResponse(const mock_http::Request& request, const std::vector<std::string>& warnings,
                    mock_http::Random& random, mock_http::Response& response);

}  // namespace mock_kubeapi
