// Bodies of type application/vnd.kubernetes.protobuf, which kubectl's and helm's typed calls send: an envelope that
// names the kind, and the object as a message whose field numbers are in the schema. Source: apimachinery's
// serializer/protobuf and the published generated.proto files.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

struct Envelope {
  std::string api_version;
  std::string kind;
  std::string_view object;  ///< the message; lives as long as the body
};

/// Reads "k8s\0" and runtime.Unknown. The error is apimachinery's.
std::expected<Envelope, std::string> ReadEnvelope(std::string_view body);

/// The message as JSON: all fields that it has, not yet normalised. Unknown fields are skipped. The error is in the
/// words of the generated Go decoders ("unexpected EOF").
std::expected<Json, std::string> DecodeProtobuf(const schema::Type& type, std::string_view message);

}  // namespace mock_kubeapi::decode
