// The Secrets and ConfigMaps that a Pod uses: what may unblock it or bring its volumes up to date when it changes.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// "secrets/NAMESPACE/NAME" and "configmaps/NAMESPACE/NAME".
std::set<std::string> ObjectsOf(const Json& pod);
/// The same for an object of that collection.
std::string ReferenceKey(std::string_view resource, const Json& object);

}  // namespace mock_kubeapi
