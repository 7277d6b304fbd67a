// Tokens that a node asks for on behalf of its Pods, made by the very TokenRequest that a kubelet sends.
#pragma once

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/node/pod_inputs.h"

namespace mock_kubeapi {

class TokenIssuer;

/// What TokenRequests are answered with. All outlive the source.
struct TokenServices {
  const mock_http::Clock& clock;
  mock_http::Random& random;
  const StoreReader& store;
  const TokenIssuer& issuer;
};

/// Bound to the Pod, for its ServiceAccount; the error is the API's answer.
TokenSource RequestedTokens(const TokenServices& services);

}  // namespace mock_kubeapi
