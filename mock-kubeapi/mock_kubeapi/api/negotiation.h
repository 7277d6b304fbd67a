// Which form an answer takes, by the Accept header: JSON or YAML, the object itself, a Table or its metadata alone.
// Source: apiserver's endpoints/handlers/negotiation, endpoints/handlers/rest.go, go-restful's route.go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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
  bool transforms =
      false;             ///< Table and PartialObjectMetadata (resources), or only what there is (discovery, /version)
  bool stream = false;   ///< a watch: no YAML
  bool protobuf = true;  ///< named in the refusal, as the real server serves it; custom objects have none
};

/// The first form in the header's order of preference that can be served. An empty header is JSON. Protobuf is never
/// chosen. Error: 406 with the list of media types.
Result<OutputForm> Negotiate(std::string_view accept, const Offer& offer);

/// The form for an error: as Negotiate, JSON where that fails.
OutputForm NegotiateError(std::string_view accept);

/// go-restful's look at Accept before a handler is asked: media types are compared without parameters, and the only
/// wildcard it knows is "*/*".
bool RouterAccepts(std::string_view accept, const std::vector<std::string_view>& produces);
/// The same for Content-Type.
bool RouterConsumes(std::string_view content_type, const std::vector<std::string_view>& consumes);

}  // namespace mock_kubeapi
