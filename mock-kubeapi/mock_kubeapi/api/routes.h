// Which paths and methods there are: what go-restful's router refuses before a handler is asked.
// Source: apiserver's endpoints/installer.go, go-restful's curly router, apiextensions-apiserver's crdHandler.
#pragma once

#include "mock_kubeapi/api/request_context.h"
#include "mock_kubeapi/kinds/table.h"

namespace mock_kubeapi {

/// A resource request's kind and subresource.
struct Route {
  KindPtr kind;
  const Subresource* subresource = nullptr;  ///< null for the object itself; owned by `kind`
};

/// Errors: 404 for paths that name no resource, 405 for methods they don't have, 415 and 406 as the router words them.
Result<Route> FindRoute(const KindTable& kinds, const RequestContext& request);

/// Whether all rows of the group come from CustomResourceDefinitions.
bool IsCustomGroup(const KindTable& kinds, std::string_view group);

/// Whether the path is one of a group that nobody serves: "404 page not found" as plain text.
bool IsPageNotFound(const KindTable& kinds, const RequestInfo& info);

}  // namespace mock_kubeapi
