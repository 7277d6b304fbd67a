// The order in which clients prefer the versions of a group: v2, v1, v1beta2, v1alpha1, then other names.
// Source: apimachinery's version.CompareKubeAwareVersionStrings.
#pragma once

#include <string_view>

namespace mock_kubeapi::discovery {

/// Whether `a` comes before `b`.
bool IsPreferredVersion(std::string_view a, std::string_view b);

}  // namespace mock_kubeapi::discovery
