// An OpenAPI v2 document in the protobuf form that kubectl asks for (gnostic's openapi.v2.Document).
// Source: the published OpenAPIv2.proto.
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::openapi {

/// Of a document as this server makes them: what none of them has is not translated.
std::string ToGnostic(const Json& document);

}  // namespace mock_kubeapi::openapi
