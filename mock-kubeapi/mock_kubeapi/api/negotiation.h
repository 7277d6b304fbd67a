// Which form an answer takes, by the Accept header: JSON or YAML, the object itself, a Table or its metadata alone.
// Source: apiserver's endpoints/handlers/negotiation, endpoints/handlers/rest.go, go-restful's route.go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_http/http_message.h"
#include "mock_kubeapi/api/request_info.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

enum class Transform { kNone, kTable, kPartialObject, kPartialObjectList };

struct OutputForm {
  bool yaml = false;
  bool pretty = false;
  Transform transform = Transform::kNone;
  std::string meta_version = "v1";  ///< of meta.k8s.io, for transforms: "v1" or "v1beta1"

  std::string_view ContentType() const { return yaml ? "application/yaml" : "application/json"; }
};

/// What an endpoint can answer with.
struct Offer {
  /// Table and PartialObjectMetadata (resources), or only what there is (discovery, errors).
  bool transforms = false;
};

/// The first form in the header's order of preference that can be served. An empty header is JSON. Protobuf is never
/// chosen. Error: 406 with the list of media types.
Result<OutputForm> Negotiate(std::string_view accept, const Offer& offer);

/// Whether JSON is to be indented: the parameter `pretty`, else for those who read it at a terminal or in a browser.
bool WantsPretty(const mock_http::Request& request, const QueryParameters& query);

/// Error: 406 where the form that was chosen can't be streamed. The next one isn't tried.
Result<void> CheckStream(const OutputForm& form);

/// The form for an error: a Status isn't transformed, so that a Table alone is JSON, as all that can't be served.
OutputForm NegotiateError(std::string_view accept);

/// go-restful's look at Accept before a handler is asked: media types are compared without parameters, and the only
/// wildcard it knows is "*/*".
bool RouterAccepts(std::string_view accept, const std::vector<std::string_view>& produces);
/// The same for Content-Type.
bool RouterConsumes(std::string_view content_type, const std::vector<std::string_view>& consumes);

}  // namespace mock_kubeapi
