// What the real server looks at before it stores an object, in its order: Status causes keep that order and repeat.
// Source: apiserver's registry/rest/create.go and update.go, and the kinds' strategies (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/kinds/kind.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// All that is wrong with a new object, its metadata included.
FieldErrors ValidateNew(const Kind& kind, const Json& object, const KindContext& context);

struct UpdatedObject {
  const Json& object;
  const Json& live;  ///< as it is stored, in the form of the kind
};

/// All that is wrong with a changed object. `subresource` is empty or e.g. "status".
FieldErrors ValidateUpdate(const Kind& kind, const std::string& subresource, const UpdatedObject& updated,
                           const KindContext& context);

}  // namespace mock_kubeapi
