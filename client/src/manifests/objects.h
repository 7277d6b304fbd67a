// The single objects that RenderManifests() puts together, as JSON in the order in which people read them.
#pragma once

#include <nlohmann/json.hpp>

#include "manifests/manifests.h"
#include "manifests/params.h"

namespace client {

using ManifestJson = nlohmann::ordered_json;

/// "acme-dns-<client>-client", the Secret of the registrations.
std::string ClientSecretName(const AcmeClientParams& client);

ManifestJson ServiceAccountObject(const ManifestOptions& options);
/// Rights on the clients' Secrets by name, and to create Events.
ManifestJson RoleObject(const std::vector<AcmeClientParams>& clients, const ManifestOptions& options);
ManifestJson RoleBindingObject(const ManifestOptions& options);
ManifestJson CaConfigMapObject(const ManifestOptions& options);
/// Basic auth for /register. Only for clients that have a username.
ManifestJson RegisterSecretObject(const AcmeClientParams& client, const ManifestOptions& options);
ManifestJson ClientSecretObject(const AcmeClientParams& client, const ManifestOptions& options);
ManifestJson RegisterJobObject(const AcmeClientParams& client, const ManifestOptions& options);
ManifestJson CheckCronJobObject(const AcmeClientParams& client, const ManifestOptions& options);
ManifestJson ClusterIssuerObject(const std::vector<AcmeClientParams>& clients, const IssuerOptions& issuer);

}  // namespace client
