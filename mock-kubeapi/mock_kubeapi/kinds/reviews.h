// The review kinds: questions on who somebody is and what they may do, answered and never stored.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// Each `type` is the schema of the kind in io.k8s.api.authentication.v1 or io.k8s.api.authorization.v1.
Kind TokenReviewKind(const schema::Type* type);
Kind SelfSubjectReviewKind(const schema::Type* type);
Kind SubjectAccessReviewKind(const schema::Type* type);
Kind SelfSubjectAccessReviewKind(const schema::Type* type);
/// The only one with a namespace in its path.
Kind LocalSubjectAccessReviewKind(const schema::Type* type);
Kind SelfSubjectRulesReviewKind(const schema::Type* type);

}  // namespace mock_kubeapi
