// The schemas of the built-in kinds, described in the *.types texts beside this file and built from them at first use.
// Source of the facts: Kubernetes' published Go field tags (JSON names, generated.proto numbers, patch keys) and
// OpenAPI extensions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/schema/type.h"

namespace mock_kubeapi::schema {

/// A built-in type by its OpenAPI name ("io.k8s.api.core.v1.Secret"); null when there is none. The types live as long
/// as the process and never change. Thread-safe.
const Type* FindType(std::string_view openapi_name);

struct KindKey {
  std::string_view group;  ///< empty for core
  std::string_view version;
  std::string_view kind;
};

/// The type of a built-in kind, its List included ("SecretList"); null when there is none. DeleteOptions, Status and
/// the like belong to every group and version.
const Type* FindKind(const KindKey& key);

/// Whether a Kubernetes server registers that kind at all: also those that this one does not serve (Deployment). The
/// words of a refusal differ.
bool IsRegisteredKind(const KindKey& key);

struct ResourceKey {
  std::string_view group;  ///< empty for core
  std::string_view version;
  std::string_view plural;
};
/// The same of a kind by its resource ("deployments"), guessed from the kind as clients do.
bool IsRegisteredResource(const ResourceKey& key);

/// All object types with a name, sorted by it.
const std::vector<const Type*>& AllTypes();

/// The kinds of a type, as in x-kubernetes-group-version-kind; empty for types that are no kind. The text is owned by
/// the registry.
const std::vector<KindKey>& KindsOfType(const Type& type);

}  // namespace mock_kubeapi::schema
