#include "mock_kubeapi/api/routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "mock_kubeapi/api/negotiation.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi {
namespace {

bool Contains(const std::vector<std::string>& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

bool IsCustom(const Kind& kind) {
  return kind.type != nullptr && kind.type->custom;
}

std::string_view MethodOf(std::string_view verb) {
  if (verb == "create") return "POST";
  if (verb == "update") return "PUT";
  if (verb == "patch") return "PATCH";
  if (verb == "delete" || verb == "deletecollection") return "DELETE";
  return "GET";
}

/// Whether the path as a whole (collection or object, with or without a namespace) answers that method.
bool AllowsMethod(const Kind& kind, const Subresource* subresource, const RequestContext& request) {
  const RequestInfo& info = request.info;
  // The custom resource handler goes by the verb, which HEAD shares with GET; the router goes by the method.
  const std::string method = IsCustom(kind) && request.http.method == "HEAD" ? "GET" : request.http.method;
  const bool has_name = !info.PathName().empty();
  if (subresource != nullptr) {
    return std::any_of(subresource->verbs.begin(), subresource->verbs.end(),
                       [&](const std::string& verb) { return MethodOf(verb) == method; });
  }
  if (info.legacy_watch_path) return method == "GET" && Contains(kind.verbs, "watch");
  if (has_name) {
    for (const char* verb : {"get", "update", "patch", "delete"}) {
      if (MethodOf(verb) == method && Contains(kind.verbs, verb)) return true;
    }
    return false;
  }
  const bool all_namespaces = kind.namespaced && info.namespace_name.empty();
  if (method == "GET") return Contains(kind.verbs, "list") || Contains(kind.verbs, "watch");
  if (all_namespaces) return false;
  if (method == "POST") return Contains(kind.verbs, "create");
  return method == "DELETE" && Contains(kind.verbs, "deletecollection");
}

/// Whether the path has a route at all, whatever the method: reviews can't be named, scopes must fit.
bool HasPath(const Kind& kind, const RequestInfo& info) {
  const bool has_name = !info.PathName().empty();
  if (!kind.namespaced && !info.namespace_name.empty() && info.resource != "namespaces") return false;
  if (kind.namespaced && info.namespace_name.empty() && has_name) return false;
  const bool nameable = std::any_of(kind.verbs.begin(), kind.verbs.end(), [](const std::string& verb) {
    return verb == "get" || verb == "update" || verb == "patch" || verb == "delete";
  });
  if (has_name && !nameable) return false;
  const bool across = Contains(kind.verbs, "list") || Contains(kind.verbs, "watch");
  return has_name || !kind.namespaced || !info.namespace_name.empty() || across;
}

ApiError RouterError(int code, std::string reason, std::string message) {
  ApiError error = PlainError(code, std::move(reason), std::move(message));
  error.details = Json::object();
  return error;
}

Result<void> CheckMediaTypes(const Subresource* subresource, const RequestContext& request) {
  const std::string& method = request.http.method;
  if (method == "PATCH" &&
      !RouterConsumes(request.Header("Content-Type"),
                      {"application/json-patch+json", "application/merge-patch+json",
                       "application/strategic-merge-patch+json", "application/apply-patch+yaml"})) {
    return std::unexpected(RouterError(415, "UnsupportedMediaType", "415: Unsupported Media Type"));
  }
  std::vector<std::string_view> produces = {"application/json", "application/yaml",
                                            "application/vnd.kubernetes.protobuf"};
  if (subresource != nullptr && subresource->get) produces.insert(produces.begin(), "text/plain");
  if (RouterAccepts(request.Header("Accept"), produces)) return {};
  const bool streams =
      method == "GET" && subresource == nullptr && (request.info.PathName().empty() || request.info.legacy_watch_path);
  if (streams) {
    produces.push_back("application/json;stream=watch");
    produces.push_back("application/vnd.kubernetes.protobuf;stream=watch");
  }
  return std::unexpected(
      RouterError(406, "NotAcceptable",
                  fmt::format("406: Not Acceptable\n\nAvailable representations: {}", fmt::join(produces, ", "))));
}

ApiError CustomMethodError(const Kind& kind, std::string_view verb) {
  ApiError error =
      PlainError(405, "MethodNotAllowed",
                 fmt::format("{} is not supported on resources of kind \"{}\"", verb, kind.Resource().Qualified()));
  error.details = {{"group", kind.group}, {"kind", kind.plural}};
  return error;
}

/// Of a kind that a real server has and this one doesn't serve: none of its objects exist here, whatever the name.
bool AsksForObjectOfUnservedKind(const RequestContext& request) {
  const RequestInfo& info = request.info;
  const bool reads_or_deletes = request.http.method == "GET" || request.http.method == "DELETE";
  return reads_or_deletes && !info.PathName().empty() && info.subresource.empty() && info.rest.empty() &&
         schema::IsRegisteredResource({.group = info.group, .version = info.version, .plural = info.resource});
}

}  // namespace

bool IsCustomGroup(const KindTable& kinds, std::string_view group) {
  const auto& rows = kinds.rows();
  return std::all_of(rows.begin(), rows.end(),
                     [&](const KindPtr& kind) { return kind->group != group || IsCustom(*kind); });
}

bool IsPageNotFound(const KindTable& kinds, const RequestInfo& info) {
  // The router is asked by how the path begins: an empty group is none of its own.
  if (info.group.empty()) return info.path.starts_with("/apis");
  if (!kinds.HasGroup(info.group)) return true;
  // The custom resource handler passes on what it doesn't serve; nothing is behind it.
  if (!IsCustomGroup(kinds, info.group)) return false;
  const KindPtr kind = kinds.Find({.group = info.group, .version = info.version, .resource = info.resource});
  if (!kind || !HasPath(*kind, info)) return true;
  return kind->namespaced && info.namespace_name.empty() && info.verb != "list" && info.verb != "watch";
}

Result<Route> FindRoute(const KindTable& kinds, const RequestContext& request) {
  const RequestInfo& info = request.info;
  Route route;
  route.kind = kinds.Find({.group = info.group, .version = info.version, .resource = info.resource});
  if (!route.kind && AsksForObjectOfUnservedKind(request)) {
    return std::unexpected(NotFoundError({.group = info.group, .resource = info.resource}, info.name));
  }
  if (!route.kind || !HasPath(*route.kind, info) || !info.rest.empty()) return std::unexpected(NoSuchPathError());
  if (!info.subresource.empty()) {
    for (const Subresource& subresource : route.kind->subresources) {
      if (subresource.name == info.subresource) route.subresource = &subresource;
    }
    if (route.subresource == nullptr) {
      return std::unexpected(IsCustom(*route.kind) ? NotFoundError(route.kind->Resource(), info.name)
                                                   : NoSuchPathError());
    }
  }
  const bool needs_name = info.verb == "update" || info.verb == "patch";
  if (IsCustom(*route.kind) && needs_name && info.name.empty()) {
    return std::unexpected(BadRequestError("name must be provided"));
  }
  if (!AllowsMethod(*route.kind, route.subresource, request)) {
    return std::unexpected(IsCustom(*route.kind) ? CustomMethodError(*route.kind, info.verb) : MethodNotAllowedError());
  }
  if (!IsCustom(*route.kind)) {
    if (auto fits = CheckMediaTypes(route.subresource, request); !fits) return std::unexpected(fits.error());
  }
  return route;
}

}  // namespace mock_kubeapi
