// What the schema of custom objects may say at all, at every depth: its types, members that are not supported, where
// defaults may stand, and what list and map types need. That it is structural as well: structural.h.
// Source: apiextensions-apiserver's validation package (release 1.26).
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// Members that hold a list of schemas.
inline constexpr std::array<std::string_view, 3> kCombinations = {"allOf", "anyOf", "oneOf"};

/// `schema` is an openAPIV3Schema at `path`.
FieldErrors ValidateSchemaMembers(const Json& schema, const std::string& path);

}  // namespace mock_kubeapi::custom
