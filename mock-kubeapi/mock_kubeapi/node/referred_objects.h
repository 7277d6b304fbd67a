// Secrets and ConfigMaps as Pods refer to them: an object, a key of it, and the words for what is missing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/node/pod_inputs.h"

namespace mock_kubeapi {

enum class SourceKind : std::uint8_t { kSecret, kConfigMap };

/// The object of that name in the Pod's namespace; null when there is none.
JsonPtr LoadReferred(const PodInputs& inputs, SourceKind kind, const std::string& name);
/// `secret "x" not found`, as the kubelet says it.
std::string NotFoundText(SourceKind kind, const std::string& name);
using ReferredValues = std::map<std::string, std::string>;
/// The keys of `data` with their values, decoded.
ReferredValues ValuesOf(SourceKind kind, const Json& object);
/// A ConfigMap's binaryData, decoded: volumes have it, environments don't.
ReferredValues BinaryValuesOf(const Json& object);

}  // namespace mock_kubeapi
