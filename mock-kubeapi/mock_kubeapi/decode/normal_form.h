// Tells values that decoding leaves as they are, without decoding them: most of what patches and controllers make.
#pragma once

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

/// Whether a struct's field keeps this value when Go decodes and encodes it, with no word about it. False may also mean
/// that it takes a decoder to tell. Not within types of which IsKeptAsJson holds.
bool IsNormalField(const schema::Field& field, const Json& value);

}  // namespace mock_kubeapi::decode
