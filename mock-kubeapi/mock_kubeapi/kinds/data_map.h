// What Secrets and ConfigMaps have in common: maps of data with checked keys, a limit of 1 MiB, and `immutable`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

inline constexpr std::size_t kDataBytesMax = std::size_t{1} << 20U;

/// The keys of the map at `path`.
FieldErrors ValidateDataKeys(const Json& data, const std::string& path);
/// How many bytes the values are, decoded from base64.
std::size_t BytesOfBase64Values(const Json& data);
std::size_t BytesOfTextValues(const Json& data);
/// Of an object that says `immutable: true`: that it stays so and that `fields` don't change.
FieldErrors ValidateImmutableData(const Json& object, const Json& old, const std::vector<std::string>& fields);

}  // namespace mock_kubeapi
