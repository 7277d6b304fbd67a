// The `timeout` parameter, which every request that isn't long-running may have.
// Source: apiserver's filter request_deadline.go, Go's time.ParseDuration.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "mock_kubeapi/api/request_info.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// Whether Go reads `text` as a duration ("1m30s", "0", "-1.5h"). Error: in its words.
std::expected<void, std::string> CheckGoDuration(std::string_view text);

/// Error: 400 for a timeout that is no duration. What it says is otherwise not looked at: no request here takes long.
Result<void> CheckTimeout(const RequestInfo& info, const QueryParameters& query);

}  // namespace mock_kubeapi
