// The subresource serviceaccounts/token: TokenRequests (authentication.k8s.io/v1) are answered with a signed token.
// Source: pkg/registry/core/serviceaccount/storage/token.go (release 1.26).
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// Its create fails with 422 for a bad expiration or metadata that doesn't agree, 404 for a bound object that is
/// missing, 409 for one with another uid, 400 for one of another kind, and 500 without a TokenIssuer in the context.
Subresource TokenSubresource();

}  // namespace mock_kubeapi
