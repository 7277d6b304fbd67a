// What the server says when a tree of JSON values does not fit the Go struct that it is copied into: the results of
// strategic merge patches and of server-side apply are, without going through JSON text.
// Source: apimachinery's runtime/converter.go (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

/// The first thing that does not fit: `cannot convert int64 to string`, without saying where; empty: all fits.
std::string FindConversionError(const schema::Type& type, const Json& value);

}  // namespace mock_kubeapi::decode
