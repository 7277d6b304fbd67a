#include "mock_kubeapi/discovery/discovery.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/discovery/health.h"
#include "mock_kubeapi/discovery/version_order.h"

namespace mock_kubeapi::discovery {
namespace {

constexpr std::string_view kAggregatedGroup = "apidiscovery.k8s.io";
constexpr std::string_view kAggregatedKind = "APIGroupDiscoveryList";

std::string GroupVersion(const Kind& kind) {
  return kind.ApiVersion();
}

/// Rows of one group version, in the order in which discovery lists them: by resource.
std::vector<const Kind*> KindsOf(const KindTable& table, std::string_view group, std::string_view version) {
  std::vector<const Kind*> kinds;
  for (const KindPtr& kind : table.rows()) {
    if (kind->group == group && kind->version == version) {
      kinds.push_back(kind.get());
    }
  }
  std::sort(kinds.begin(), kinds.end(), [](const Kind* a, const Kind* b) { return a->plural < b->plural; });
  return kinds;
}

/// Named groups in the order of the table's rows.
std::vector<std::string> GroupsOf(const KindTable& table) {
  std::vector<std::string> groups;
  for (const KindPtr& kind : table.rows()) {
    if (!kind->group.empty() && std::find(groups.begin(), groups.end(), kind->group) == groups.end()) {
      groups.push_back(kind->group);
    }
  }
  return groups;
}

/// The versions of a group, the preferred one first.
std::vector<std::string> VersionsOf(const KindTable& table, std::string_view group) {
  std::vector<std::string> versions;
  for (const KindPtr& kind : table.rows()) {
    if (kind->group == group && std::find(versions.begin(), versions.end(), kind->version) == versions.end()) {
      versions.push_back(kind->version);
    }
  }
  std::sort(versions.begin(), versions.end(), IsPreferredVersion);
  return versions;
}

Json GroupObject(const KindTable& table, std::string_view group) {
  Json versions = Json::array();
  for (const std::string& version : VersionsOf(table, group)) {
    versions.push_back({{"groupVersion", fmt::format("{}/{}", group, version)}, {"version", version}});
  }
  Json preferred = versions.empty() ? Json::object() : versions[0];
  return {{"name", group}, {"versions", std::move(versions)}, {"preferredVersion", std::move(preferred)}};
}

/// Tells clients whether the version in which objects are stored has changed.
std::string StorageVersionHash(const KindTable& table, const Kind& kind) {
  const Kind* stored = &kind;
  for (const KindPtr& row : table.rows()) {
    if (row->Resource().Qualified() == kind.Storage()) {
      stored = row.get();
      break;
    }
  }
  const std::string text = fmt::format("{}/{}/{}", stored->group, stored->version, stored->kind);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return EncodeBase64(std::string_view(reinterpret_cast<const char*>(digest.data()), 8));
}

bool IsCustom(const Kind& kind) {
  return kind.type != nullptr && kind.type->custom;
}

std::vector<std::string> VerbsOf(const Kind& kind) {
  std::vector<std::string> verbs = kind.verbs;
  if (!IsCustom(kind)) {
    std::sort(verbs.begin(), verbs.end());
  }
  return verbs;
}

bool IsStored(const Kind& kind) {
  return std::find(kind.verbs.begin(), kind.verbs.end(), "get") != kind.verbs.end();
}

void AddResource(const KindTable& table, const Kind& kind, Json* resources) {
  Json resource = {{"name", kind.plural},
                   {"singularName", IsCustom(kind) ? kind.singular : ""},
                   {"namespaced", kind.namespaced},
                   {"kind", kind.kind},
                   {"verbs", VerbsOf(kind)}};
  if (!kind.short_names.empty()) {
    resource["shortNames"] = kind.short_names;
  }
  if (!kind.categories.empty()) {
    resource["categories"] = kind.categories;
  }
  if (IsStored(kind)) {
    resource["storageVersionHash"] = StorageVersionHash(table, kind);
  }
  resources->push_back(std::move(resource));
  for (const Subresource& subresource : kind.subresources) {
    Json entry = {{"name", fmt::format("{}/{}", kind.plural, subresource.name)},
                  {"singularName", ""},
                  {"namespaced", kind.namespaced},
                  {"kind", subresource.kind},
                  {"verbs", subresource.verbs}};
    if (!subresource.version.empty() && (subresource.group != kind.group || subresource.version != kind.version)) {
      entry["group"] = subresource.group;
      entry["version"] = subresource.version;
    }
    resources->push_back(std::move(entry));
  }
}

Json AggregatedResource(const Kind& kind) {
  Json resource = {{"resource", kind.plural},
                   {"responseKind", {{"group", kind.group}, {"version", kind.version}, {"kind", kind.kind}}},
                   {"scope", kind.namespaced ? "Namespaced" : "Cluster"},
                   {"singularResource", kind.singular},
                   {"verbs", VerbsOf(kind)}};
  if (!kind.short_names.empty()) {
    resource["shortNames"] = kind.short_names;
  }
  if (!kind.categories.empty()) {
    resource["categories"] = kind.categories;
  }
  Json subresources = Json::array();
  for (const Subresource& subresource : kind.subresources) {
    const bool own = subresource.version.empty();
    subresources.push_back({{"subresource", subresource.name},
                            {"responseKind",
                             {{"group", own ? kind.group : subresource.group},
                              {"version", own ? kind.version : subresource.version},
                              {"kind", subresource.kind}}},
                            {"verbs", subresource.verbs}});
  }
  if (!subresources.empty()) {
    resource["subresources"] = std::move(subresources);
  }
  return resource;
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the part up to `separator` off `text`.
std::string_view TakePart(std::string_view* text, char separator) {
  const std::string_view part = text->substr(0, text->find(separator));
  text->remove_prefix(std::min(part.size() + 1, text->size()));
  return Trim(part);
}

}  // namespace

Json ApiVersions(std::string_view server_address) {
  return {{"kind", "APIVersions"},
          {"versions", {"v1"}},
          {"serverAddressByClientCIDRs", {{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", server_address}}}}};
}

Json ApiGroupList(const KindTable& table) {
  Json groups = Json::array();
  for (const std::string& group : GroupsOf(table)) {
    groups.push_back(GroupObject(table, group));
  }
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}};
}

std::optional<Json> ApiGroup(const KindTable& table, std::string_view group) {
  if (group.empty() || VersionsOf(table, group).empty()) {
    return std::nullopt;
  }
  Json object = GroupObject(table, group);
  object["kind"] = "APIGroup";
  object["apiVersion"] = "v1";
  return object;
}

std::optional<Json> ApiResourceList(const KindTable& table, std::string_view group, std::string_view version) {
  const std::vector<const Kind*> kinds = KindsOf(table, group, version);
  if (kinds.empty()) {
    return std::nullopt;
  }
  Json resources = Json::array();
  for (const Kind* kind : kinds) {
    AddResource(table, *kind, &resources);
  }
  return Json{{"kind", "APIResourceList"},
              {"apiVersion", "v1"},
              {"groupVersion", GroupVersion(*kinds.front())},
              {"resources", std::move(resources)}};
}

Json RootPaths(const KindTable& table) {
  std::vector<std::string> paths = HealthPaths();
  for (const char* path : {"/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/apis/", "/metrics",
                           "/openapi/v2", "/openapi/v3", "/openapi/v3/", "/openid/v1/jwks", "/version"}) {
    paths.emplace_back(path);
  }
  for (const std::string& group : GroupsOf(table)) {
    paths.push_back("/apis/" + group);
    for (const std::string& version : VersionsOf(table, group)) {
      paths.push_back(fmt::format("/apis/{}/{}", group, version));
    }
  }
  std::sort(paths.begin(), paths.end());
  return {{"paths", std::move(paths)}};
}

std::optional<std::string> AggregatedVersion(std::string_view accept, bool* only) {
  std::optional<std::string> version;
  *only = true;
  while (!accept.empty()) {
    std::string_view range = TakePart(&accept, ',');
    const std::string_view type = TakePart(&range, ';');
    std::string_view group;
    std::string_view kind;
    std::string_view asked;
    while (!range.empty()) {
      std::string_view parameter = TakePart(&range, ';');
      const std::string_view name = TakePart(&parameter, '=');
      if (name == "g") {
        group = Trim(parameter);
      } else if (name == "as") {
        kind = Trim(parameter);
      } else if (name == "v") {
        asked = Trim(parameter);
      }
    }
    if (kind.empty()) {
      *only = *only && type.empty();
      continue;
    }
    const bool known = type == "application/json" && group == kAggregatedGroup && kind == kAggregatedKind &&
                       (asked == "v2" || asked == "v2beta1");
    if (known && !version && *only) {
      version = std::string(asked);
    }
  }
  *only = *only && version.has_value();
  return version;
}

Json Aggregated(const KindTable& table, bool core, std::string_view version) {
  Json items = Json::array();
  for (const std::string& group : core ? std::vector<std::string>{""} : GroupsOf(table)) {
    Json versions = Json::array();
    for (const std::string& group_version : VersionsOf(table, group)) {
      Json resources = Json::array();
      for (const Kind* kind : KindsOf(table, group, group_version)) {
        resources.push_back(AggregatedResource(*kind));
      }
      versions.push_back({{"version", group_version}, {"resources", std::move(resources)}, {"freshness", "Current"}});
    }
    Json metadata = {{"creationTimestamp", nullptr}};
    if (!group.empty()) {
      metadata["name"] = group;
    }
    items.push_back({{"metadata", std::move(metadata)}, {"versions", std::move(versions)}});
  }
  return {{"kind", kAggregatedKind},
          {"apiVersion", fmt::format("{}/{}", kAggregatedGroup, version)},
          {"metadata", Json::object()},
          {"items", std::move(items)}};
}

std::string AggregatedContentType(std::string_view version) {
  return fmt::format("application/json;g={};v={};as={}", kAggregatedGroup, version, kAggregatedKind);
}

}  // namespace mock_kubeapi::discovery
