// Rules on a Pod's volumes and on where containers mount them.
// Source: pkg/apis/core/validation/validation.go (release 1.26).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// The good volumes by name.
using VolumeMap = std::map<std::string, const Json*, std::less<>>;

struct VolumesVerdict {
  VolumeMap volumes;  ///< points into the list that was checked
  FieldErrors errors;
};

/// `volumes` is spec.volumes, `path` its path.
VolumesVerdict ValidateVolumes(const Json& volumes, const std::string& path);

/// volumeMounts and volumeDevices of `container`, whose path is `path`.
FieldErrors ValidateVolumeUse(const Json& container, const VolumeMap& volumes, const std::string& path);

/// No absolute path, no "..": for subPath and profiles.
FieldErrors ValidateDescendingPath(std::string_view value, const std::string& path);

}  // namespace mock_kubeapi
