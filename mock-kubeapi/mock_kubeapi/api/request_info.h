// What a request is about, read from its method, path and query: the first thing the pipeline finds out. Authorisation,
// faults, the history and the handlers all work on it.
// Source: apiserver's pkg/endpoints/request/requestinfo.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_http/http_message.h"

namespace mock_kubeapi {

/// A request's query parameters in order of appearance.
class QueryParameters {
 public:
  QueryParameters() = default;
  explicit QueryParameters(std::string_view raw_query);

  /// The first value of `name`; nullopt when the parameter is absent.
  std::optional<std::string_view> Get(std::string_view name) const;
  /// The first value of `name`, empty when absent.
  std::string_view Text(std::string_view name) const { return Get(name).value_or(std::string_view()); }
  bool Has(std::string_view name) const { return Get(name).has_value(); }
  std::vector<std::string_view> GetAll(std::string_view name) const;
  bool Empty() const { return pairs_.empty(); }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

struct RequestInfo {
  /// False: a path such as /healthz or a discovery root; then only `verb` (the method in lower case) and `path` count.
  bool is_resource = false;
  std::string verb;  ///< get, list, watch, create, update, patch, delete, deletecollection
  std::string path;  ///< percent-decoded, without the query
  std::string group;
  std::string version;
  std::string namespace_name;
  std::string resource;
  std::string subresource;
  std::string name;
  /// What follows the subresource (pods/x/proxy/a/b), and any part that makes the path no known one.
  std::vector<std::string> rest;
  std::string problem;             ///< why the path can't be taken apart at all; empty: it can
  bool legacy_watch_path = false;  ///< /api/v1/watch/…
  /// `name` is of the fieldSelector metadata.name of a list or watch; the path has none.
  bool name_is_selected = false;

  /// The name in the path; empty for a collection.
  std::string_view PathName() const { return name_is_selected ? std::string_view() : std::string_view(name); }
};

/// A parameter's value as a boolean: everything but "false" and "0" is true, the empty value too.
bool BoolParameter(std::string_view value);

/// Never fails: a path that is no resource's is told by `is_resource`.
RequestInfo ParseRequestInfo(const mock_http::Request& request, const QueryParameters& query);

}  // namespace mock_kubeapi
