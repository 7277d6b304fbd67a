// The annotation in which client-side `kubectl apply` keeps what it applied. A server-side apply by the manager
// "kubectl" takes over from it without conflicts, and keeps it up to date for those who go back. Source: apimachinery's
// managedfields package, lastappliedmanager and lastappliedupdater.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace mock_kubeapi::merge {

/// The one manager for which the annotation counts.
inline constexpr const char* kLastAppliedManager = "kubectl";

/// The annotation's text; empty when the object has none.
std::string LastAppliedOf(const nlohmann::json& object);

/// Sets the annotation of `object` to the configuration without that annotation, or drops it when the annotations then
/// exceed 256 KiB.
void SetLastApplied(nlohmann::json& object, const nlohmann::json& config);

}  // namespace mock_kubeapi::merge
