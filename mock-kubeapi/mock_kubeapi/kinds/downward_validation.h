// Rules on references to fields of the Pod itself (fieldRef, resourceFieldRef), in env variables and downwardAPI
// volumes. Source: pkg/apis/core/validation/validation.go, pkg/apis/core/pods/helpers.go (release 1.26).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

enum class DownwardUse : std::uint8_t { kEnvironment, kVolume };

FieldErrors ValidateFieldRef(const Json& ref, DownwardUse use, const std::string& path);
FieldErrors ValidateResourceFieldRef(const Json& ref, DownwardUse use, const std::string& path);

/// "metadata.labels" and "app" of metadata.labels['app'].
struct SubscriptedPath {
  std::string_view path;
  std::string_view subscript;
};
std::optional<SubscriptedPath> SplitSubscript(std::string_view path);

}  // namespace mock_kubeapi
