// Values of the Pod's own fields, as fieldRef and resourceFieldRef give them.
// Sources: pkg/fieldpath, pkg/api/v1/resource/helpers.go (release 1.26).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/node/pod_inputs.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// nullopt for a field that there is none of.
std::optional<std::string> DownwardField(const Json& pod, const NodeFacts& node, const std::string& path);
/// `resource` is "limits.cpu" …, of `container`, in units of `divisor` (absent: 1), rounded up. An amount that is not
/// limited is what the node has.
std::string DownwardResource(const Json& container, std::string_view resource, const Json* divisor);

/// The container or init container of that name; null when there is none.
const Json* FindContainer(const Json& pod, std::string_view name);

}  // namespace mock_kubeapi
