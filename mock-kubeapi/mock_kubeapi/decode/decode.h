// Turns a request body into the object it means: JSON, YAML or protobuf, checked against the schema of the kind, in the
// words of the Go decoders. What comes out has the shape that the server's own typed round trip would give it.
// Sources: apimachinery's serializer packages, sigs.k8s.io/json and yaml, apiserver's handlers; recorded answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

/// The fieldValidation parameter: what becomes of unknown and duplicate fields.
enum class FieldValidation { kIgnore, kWarn, kStrict };

/// "", "Warn" and anything unknown: kWarn (the options' validation refuses the unknown before).
FieldValidation FieldValidationOf(std::string_view parameter);

struct DecodeRequest {
  std::string_view content_type;  ///< the header as sent; empty means JSON
  std::string_view body;
  const schema::Type* type = nullptr;  ///< of the kind that is expected; never null
  std::string_view group;              ///< of that kind; also what is assumed where the body names none
  std::string_view version;
  std::string_view kind;
  FieldValidation field_validation = FieldValidation::kWarn;
};

struct Decoded {
  Json object;              ///< with the apiVersion and kind of the body, or else those expected
  std::string api_version;  ///< "batch/v1"
  std::string kind;
  std::vector<std::string> warnings;  ///< texts for Warning headers, also when the caller goes on to refuse
};

/// Errors: 415 unknown media type; 400 with the decoder's words for anything that is no object of the kind, and for
/// unknown or duplicate fields when strict; 400 "the API version in the data …", for which `warnings_on_error` gets the
/// warnings that go with it (may be null).
Result<Decoded> Decode(const DecodeRequest& request, std::vector<std::string>* warnings_on_error = nullptr);

/// The body of DELETE as DeleteOptions; an empty body gives {}. Errors: 415 unknown media type, otherwise 500 without a
/// reason, as the server has it. Whether the options make sense is validation's business.
Result<Json> DecodeDeleteOptions(std::string_view content_type, std::string_view body);

/// Whether `content_type` (a header value, perhaps with parameters) is one that bodies may have; empty is.
bool IsSupportedContentType(std::string_view content_type);
/// 415 with the list of what is supported.
ApiError UnsupportedMediaTypeError();

}  // namespace mock_kubeapi::decode
