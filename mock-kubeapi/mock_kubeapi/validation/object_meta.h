// The rules on metadata that all kinds share. Source: apimachinery's pkg/api/validation/objectmeta.go (release 1.26).
#pragma once

#include "mock_kubeapi/kinds/kind.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::validation {

/// metadata of a new object: name by the kind's rule, namespace, labels, annotations, ownerReferences, finalizers,
/// managedFields.
FieldErrors ValidateObjectMeta(const Json& object, const Kind& kind);
/// The same as far as it goes for all kinds: of the name only that it can be a part of a path.
FieldErrors ValidateAnyObjectMeta(const Json& object, bool namespaced);
/// metadata of a changed object: what must not change, besides the rules for new ones.
FieldErrors ValidateObjectMetaUpdate(const Json& object, const Json& old);
/// metadata.labels at `path` ("metadata.labels", "spec.template.labels" …).
FieldErrors ValidateLabels(const Json& labels, const std::string& path);
/// The name of a field manager, at `path`.
FieldErrors ValidateFieldManager(const std::string& manager, const std::string& path);
FieldErrors ValidateAnnotations(const Json& annotations, const std::string& path);

}  // namespace mock_kubeapi::validation
