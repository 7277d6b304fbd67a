// CustomResourceDefinitions, and the kinds that they make: schema, pruning, defaults, validation and columns of custom
// objects.
// Sources: apiextensions-apiserver (release 1.26), recorded answers.
#pragma once

#include <vector>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi::custom {

/// The row of CustomResourceDefinition itself. `type` must outlive it.
Kind CustomResourceDefinitionKind(const schema::Type* type);

/// Whether the definition has been accepted, so that its kinds are served (condition Established).
bool IsEstablished(const Json& definition);

/// Whether its objects are being deleted because the definition is (condition Terminating): there can be no new ones.
bool IsTerminating(const Json& definition);

/// The definition with the condition Terminating. `now` is RFC 3339.
Json Terminating(Json definition, const std::string& now);

/// What the server's controllers make of a stored definition: its status with accepted names, stored versions and the
/// conditions NamesAccepted and Established. `others` are the other definitions, whose accepted names are taken.
/// `now` is RFC 3339. Idempotent: without anything to do the definition comes back as it is.
Json WithStatus(Json definition, const std::vector<Json>& others, const std::string& now);

/// One row per served version of an established definition. Rows own their schema: they may outlive the definition.
std::vector<Kind> CustomKinds(const Json& definition);

}  // namespace mock_kubeapi::custom
