// The health endpoints: /healthz, /livez and /readyz, and one path for each of the checks behind them.
// Source: apiserver's server/healthz; the checks and their order are those that kube-apiserver 1.26 lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mock_kubeapi::discovery {

/// Every path of the three endpoints: "/healthz", "/healthz/ping" …
std::vector<std::string> HealthPaths();

/// What `?verbose` answers for `endpoint` ("readyz"): a line for each check, those of `excluded` named as such, and
/// which of them there aren't. All checks are well.
std::string HealthReport(std::string_view endpoint, const std::vector<std::string_view>& excluded);

}  // namespace mock_kubeapi::discovery
