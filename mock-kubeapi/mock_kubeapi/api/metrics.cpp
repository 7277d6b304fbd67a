#include "mock_kubeapi/api/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace mock_kubeapi {
namespace {

/// The method in other words: what is read of a collection is listed, a patch may be an apply.
std::string VerbLabel(const RequestContext& request) {
  const RequestInfo& info = request.info;
  std::string verb = info.verb;
  if (info.is_resource && verb == "create") verb = "post";
  if (info.is_resource && verb == "update") verb = "put";
  if (info.is_resource && verb == "patch" && request.Header("Content-Type") == "application/apply-patch+yaml") {
    verb = "apply";
  }
  std::transform(verb.begin(), verb.end(), verb.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return verb;
}

std::string DryRunLabel(const QueryParameters& query) {
  const auto values = query.GetAll("dryRun");
  if (values.empty()) return "";
  const bool valid = std::all_of(values.begin(), values.end(), [](std::string_view value) { return value == "All"; });
  return valid ? "All" : "invalid";
}

std::string ScopeLabel(const RequestInfo& info) {
  if (!info.is_resource) return "";
  if (!info.name.empty() || info.verb == "create") return "resource";
  return info.namespace_name.empty() ? "cluster" : "namespace";
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void Metrics::CountRequest(const RequestContext& request, int code) {
  const RequestInfo& info = request.info;
  ++requests_[{VerbLabel(request), DryRunLabel(request.query), info.group, info.version, info.resource,
               info.subresource, ScopeLabel(info), code}];
}

std::string Metrics::Text(const Store& store) const {
  std::string text =
      "# HELP apiserver_request_total Counter of apiserver requests broken out for each verb, dry run value, group, "
      "version, resource, scope, component, and HTTP response code.\n"
      "# TYPE apiserver_request_total counter\n";
  for (const auto& [labels, count] : requests_) {
    const auto& [verb, dry_run, group, version, resource, subresource, scope, code] = labels;
    text += fmt::format(
        "apiserver_request_total{{code=\"{}\",component=\"apiserver\",dry_run=\"{}\",group=\"{}\",resource=\"{}\","
        "scope=\"{}\",subresource=\"{}\",verb=\"{}\",version=\"{}\"}} {}\n",
        code, dry_run, Escaped(group), Escaped(resource), scope, Escaped(subresource), Escaped(verb), Escaped(version),
        count);
  }
  text +=
      "# HELP apiserver_storage_objects Number of stored objects at the time of last check split by kind.\n"
      "# TYPE apiserver_storage_objects gauge\n";
  for (const std::string& resource : store.Resources()) {
    text +=
        fmt::format("apiserver_storage_objects{{resource=\"{}\"}} {}\n", Escaped(resource), store.CountOf(resource));
  }
  return text;
}

}  // namespace mock_kubeapi
