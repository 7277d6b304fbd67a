// Request counts for /metrics, in the Prometheus text format with kube-apiserver's names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "mock_kubeapi/api/request_context.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

class Metrics {
 public:
  /// A request that was answered with `code`.
  void CountRequest(const RequestContext& request, int code);
  /// The whole page.
  std::string Text(const Store& store) const;

 private:
  /// verb, dry run, group, version, resource, subresource, scope, code
  using Labels =
      std::tuple<std::string, std::string, std::string, std::string, std::string, std::string, std::string, int>;
  std::map<Labels, std::uint64_t> requests_;
};

}  // namespace mock_kubeapi
