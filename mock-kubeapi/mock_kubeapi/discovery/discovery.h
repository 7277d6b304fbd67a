// Discovery: which groups, versions and resources there are, as kubectl and client libraries ask first. Made of the
// table of kinds; nothing is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::discovery {

/// /api: APIVersions; `server_address` is "host:port".
Json ApiVersions(std::string_view server_address);
/// /apis: APIGroupList.
Json ApiGroupList(const KindTable& table);
/// /apis/GROUP: APIGroup; nullopt when there is no such group.
std::optional<Json> ApiGroup(const KindTable& table, std::string_view group);
/// /api/v1 and /apis/GROUP/VERSION: APIResourceList; nullopt when there is no such group version.
std::optional<Json> ApiResourceList(const KindTable& table, std::string_view group, std::string_view version);
/// /: the paths there are.
Json RootPaths(const KindTable& table);

/// The media type's "v" of aggregated discovery that an Accept header prefers ("v2", "v2beta1") to plain JSON; nullopt
/// when it asks for none. `only` is set when nothing else is accepted.
std::optional<std::string> AggregatedVersion(std::string_view accept, bool* only);
/// /api (`core`) or /apis as one APIGroupDiscoveryList of that version.
Json Aggregated(const KindTable& table, bool core, std::string_view version);
/// The Content-Type of that answer.
std::string AggregatedContentType(std::string_view version);

}  // namespace mock_kubeapi::discovery
