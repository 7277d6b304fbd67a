// What a container is started with depends on the Pod, the objects it refers to, the node and the tokens it is given.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "mock_kubeapi/status.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// What the node itself knows.
struct NodeFacts {
  std::string node_name;
  std::string host_ip;
  std::string api_host;  ///< KUBERNETES_SERVICE_HOST
  std::string api_port;  ///< KUBERNETES_SERVICE_PORT
};

struct TokenWish {
  std::string audience;  ///< empty: the API server's own
  std::int64_t seconds = 3600;
};
/// Makes a token for the Pod's ServiceAccount, bound to the Pod; the error says why there is none.
using TokenSource = std::function<std::expected<std::string, std::string>(const Json& pod, const TokenWish& wish)>;

struct PodInputs {
  const Json& pod;
  const StoreReader& store;
  const NodeFacts& node;
  const TokenSource& tokens;
};

}  // namespace mock_kubeapi
