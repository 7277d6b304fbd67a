// The field manager: server-side apply, and the tracking of who changed what by every other write. Pure functions of
// the stored object, the wanted one and the endpoint; kubectl apply --server-side, controllers and our client see
// through it whose field is whose. Sources: structured-merge-diff v4, apimachinery's managedfields package
// (Kubernetes 1.26), recorded scenarios.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_http/clock.h"
#include "mock_kubeapi/merge/conflict.h"
#include "mock_kubeapi/merge/managed_fields.h"
#include "mock_kubeapi/merge/typed.h"
#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::merge {

/// Shows an object as other API versions of its kind, for managers that wrote it at another version.
class VersionConverter {
 public:
  struct View {
    const schema::Type* type = nullptr;  ///< never null; outlives the converter
    Json object;
  };

  virtual ~VersionConverter() = default;
  /// The object at that apiVersion ("batch/v1"); nullopt when this server does not serve the kind at that version.
  virtual std::optional<View> Convert(const Json& object, std::string_view api_version) const = 0;
};

/// What the field manager has to know of an endpoint (one kind, one version, one subresource).
struct FieldManagerOptions {
  const schema::Type* type = nullptr;  ///< of the whole object; never null; outlives the manager
  std::string api_version;             ///< "v1", "batch/v1"
  std::string kind;
  std::string subresource;  ///< empty for the object itself
  /// Paths that writes at this endpoint cannot change (and so never own), e.g. {{"status"}} for jobs, {{"spec"}} for
  /// jobs/status.
  std::vector<std::vector<std::string>> reset_fields;
  const VersionConverter* converter = nullptr;  ///< null: only `api_version` is served; outlives the manager
};

/// Immutable after construction; calls may run concurrently.
class FieldManager {
 public:
  struct ApplyOptions {
    std::string manager;  ///< the fieldManager parameter, never empty
    bool force = false;   ///< take over fields that others own
    mock_http::TimePoint now;
  };
  struct UpdateOptions {
    std::string manager;  ///< ManagerOrUserAgent
    mock_http::TimePoint now;
    OwnersMemories memories = {};
    /// `object` is `live` with another status: all else, managedFields included, is the same.
    bool only_status_differs = false;
  };

  explicit FieldManager(FieldManagerOptions options);

  /// Merges an applied configuration into the stored object, or into nothing when `live` is null, and returns the
  /// object to store, managedFields included, before defaulting, validation and metadata bookkeeping. The result has
  /// the stored object's resourceVersion unless the configuration carries one. `config` is the parsed body as sent.
  /// Errors: 400 other version than the endpoint's, or managedFields in the configuration; 409 conflicts, with one
  /// cause per field; 500 (without reason) when the configuration does not fit the schema.
  Result<Json> Apply(const Json* live, const Json& config, const ApplyOptions& options) const;

  /// What create, PUT and the other patches do: `object` (decoded, defaulted, its managedFields as sent by the client)
  /// replaces `live` (null: create). Returns it with its managedFields brought up to date. Never fails: where the
  /// owners cannot be worked out, the object ends up without managedFields.
  Json Update(const Json* live, Json object, const UpdateOptions& options) const;

 private:
  struct Owned;  ///< an object without its managedFields, and these

  std::expected<Owned, std::vector<Conflict>> MergeConfig(const Owned& live, const Json& config,
                                                          const ApplyOptions& options) const;
  Result<Owned> ApplyOrConflict(const Owned& live, const Json& config, const ApplyOptions& options) const;
  std::optional<FieldSet> LastAppliedFields(const Json& live) const;
  /// The owners before a write, and what is known of them.
  struct Before {
    ManagedFields managed;
    bool remembered = false;  ///< of the live object: see OwnersMemory
    bool live_fits = false;
  };
  Before OwnersBefore(const Json* live, const Json& sent, const UpdateOptions& options) const;
  /// Brings the owners up to date after `object`, which has no managedFields, replaced `live`. False: they stay as they
  /// were, because one of the two does not fit the schema.
  bool Track(const Json& live, const Json& object, Before& owners, const UpdateOptions& options) const;
  ManagerId IdOf(const std::string& manager, Operation operation) const;

  FieldManagerOptions options_;
  FieldSet reset_fields_;
  Json empty_object_;
};

/// How errors of an apply call the object of a configuration: `ns/name; /v1, Kind=Secret`.
std::string IdentityText(const Json& object);

/// The manager of a request: the fieldManager parameter; if empty, the User-Agent up to the first '/', at most 128
/// bytes and only printable characters; if that is empty, "unknown".
std::string ManagerOrUserAgent(std::string_view field_manager, std::string_view user_agent);

}  // namespace mock_kubeapi::merge
