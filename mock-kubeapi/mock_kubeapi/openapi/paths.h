// The paths of an OpenAPI document: what can be done with each resource, with the query parameters that kubectl looks
// for (dryRun, fieldValidation, fieldManager, force) and the kind that an operation is about.
#pragma once

#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/openapi/schemas.h"

namespace mock_kubeapi::openapi {

/// Adds the paths of a row and its subresources to `paths`.
void AddPaths(const Kind& kind, SpecVersion version, const SchemaCollector& schemas, Json* paths);

}  // namespace mock_kubeapi::openapi
