#include "mock_kubeapi/api/request_info.h"

#include <algorithm>
#include <utility>

#include "mock_kubeapi/api/selectors.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

/// /apis/GROUP/VERSION/namespaces/NAMESPACE/RESOURCE/NAME/SUBRESOURCE
constexpr std::size_t kPathPartsUsual = 8;

std::string VerbOf(const std::string& method) {
  if (method == "POST") return "create";
  if (method == "GET" || method == "HEAD") return "get";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return "delete";
  return "";
}

std::vector<std::string_view> SplitPath(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::string_view> parts;
  if (path.empty()) return parts;
  parts.reserve(kPathPartsUsual);
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// A collection is listed or watched; a field selector for one name makes it a request for that name to authorisation.
void ReadCollectionVerb(const QueryParameters& query, RequestInfo& info) {
  const std::optional<std::string_view> watch = query.Get("watch");
  info.verb = watch && BoolParameter(*watch) ? "watch" : "list";
  // Options that can't all be read name nothing.
  for (const char* number : {"limit", "timeoutSeconds"}) {
    if (const auto text = query.Get(number); text && !GoParseInt(*text)) return;
  }
  if (!LabelSelector::Parse(query.Text("labelSelector"))) return;
  const auto selector = FieldSelector::Parse(query.Text("fieldSelector"));
  if (!selector) return;
  const std::optional<std::string> name = selector->ExactMatch("metadata.name");
  if (name && validation::IsPathSegmentName(*name).empty()) {
    info.name = *name;
    info.name_is_selected = true;
  }
}

}  // namespace

QueryParameters::QueryParameters(std::string_view raw_query) : pairs_(mock_http::ParseQuery(raw_query)) {}

std::optional<std::string_view> QueryParameters::Get(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> QueryParameters::GetAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

bool BoolParameter(std::string_view value) {
  const std::string lower = LowerCase(std::string(value));
  return lower != "false" && lower != "0";
}

RequestInfo ParseRequestInfo(const mock_http::Request& request, const QueryParameters& query) {
  RequestInfo info;
  auto path = mock_http::PercentDecode(request.RawPath());
  info.path = path ? std::move(*path) : std::string(request.RawPath());
  info.verb = LowerCase(request.method);
  const std::vector<std::string_view> parts = SplitPath(info.path);
  if (parts.size() < 3 || (parts[0] != "api" && parts[0] != "apis")) return info;
  std::size_t at = 1;
  if (parts[0] == "apis") {
    if (parts.size() < 4) return info;
    info.group = parts[at++];
  }
  info.is_resource = true;
  info.version = parts[at++];
  info.verb = VerbOf(request.method);
  if (parts[at] == "watch" || parts[at] == "proxy") {
    if (at + 1 >= parts.size()) {
      info.problem = "unable to determine kind and namespace from url";
      return info;
    }
    info.verb = parts[at++];
    info.legacy_watch_path = info.verb == "watch";
  }
  if (parts[at] == "namespaces" && at + 1 < parts.size()) {
    info.namespace_name = parts[at + 1];
    const bool of_the_namespace = at + 2 >= parts.size() || parts[at + 2] == "status" || parts[at + 2] == "finalize";
    if (!of_the_namespace) at += 2;
  }
  info.resource = parts[at];
  if (parts.size() > at + 1) info.name = parts[at + 1];
  if (parts.size() > at + 2) info.subresource = parts[at + 2];
  for (std::size_t i = at + 3; i < parts.size(); ++i) info.rest.emplace_back(parts[i]);
  if (info.name.empty() && info.verb == "get") ReadCollectionVerb(query, info);
  if (info.name.empty() && info.verb == "delete") info.verb = "deletecollection";
  return info;
}

}  // namespace mock_kubeapi
