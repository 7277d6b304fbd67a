// A kind is a row of a table: its names, its schema, and the few functions in which kinds differ. The request pipeline
// knows nothing of Secrets or Jobs; adding a kind touches one file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mock_http/clock.h"
#include "mock_http/http_message.h"
#include "mock_http/random.h"
#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

struct UserInfo;      // authn/user_info.h
class Authenticator;  // authn/authenticator.h
class Authorizer;     // authz/authorizer.h
class LogSource;      // kinds/pod_log.h
class StoreReader;    // store/store.h
class TokenIssuer;    // authn/token_issuer.h

/// What a kind's functions may look at besides the object. All outlive the call.
struct KindContext {
  const mock_http::Clock& clock;
  mock_http::Random& random;
  const StoreReader& store;  ///< e.g. admission: does the ServiceAccount exist?
  const UserInfo* user = nullptr;
  std::vector<std::string>* warnings = nullptr;  ///< texts for Warning headers; may be null
  /// What reviews, tokens and the escalation checks of roles ask. Null where no request is behind the write (a
  /// controller's): then nothing is asked.
  const Authorizer* authorizer = nullptr;
  const Authenticator* authenticator = nullptr;
  const TokenIssuer* tokens = nullptr;
  /// Where Pods' output is kept; null where no node runs them.
  LogSource* logs = nullptr;
};

/// A column of the Table that kubectl prints.
struct Column {
  std::string name;
  std::string type = "string";  ///< string, integer, date …
  std::string format;           ///< "name" for the first column
  std::string description;
  int priority = 0;  ///< above 0 only with -o wide
};

struct Subresource {
  std::string name;   ///< "status", "log", "token", "approve" …
  std::string kind;   ///< kind in discovery, e.g. "Job" for jobs/status, "TokenRequest" for serviceaccounts/token
  std::string group;  ///< group and version of that kind; empty version: those of the parent
  std::string version;
  std::vector<std::string> verbs;
  /// Answers POST to the subresource of `parent`: what is sent back with 201. `body` is decoded, has its defaults and
  /// managedFields. Null where the subresource has no create.
  std::function<Result<Json>(const Json& parent, Json body, const KindContext& context)> create;
  /// Defaults of that `body`; may be null.
  std::function<void(Json& body)> set_defaults;
  /// Answers GET where the subresource is not the object itself (pods/log): a whole HTTP response, perhaps a stream.
  /// `query` are the request's parameters in order. Null: GET shows the parent.
  std::function<Result<mock_http::Response>(
      const Json& parent, const std::vector<std::pair<std::string, std::string>>& query, const KindContext& context)>
      get;
};

/// What DELETE with a grace period does to an object of a kind that has one.
struct GracefulDelete {
  std::int64_t seconds = 0;  ///< 0: gone at once
};

/// The parts of which the real server's validation of an update is made. What is wrong with metadata is told by each
/// that looks at it, so the same complaint comes as often.
enum class UpdateCheck {
  kMetadata,        ///< all of metadata, as of a new object
  kMetadataChange,  ///< what an update must not change in metadata
  kObject,          ///< `validate`: all else, as of a new object
  kChange,          ///< `validate_update`: what is said of updates alone
};

/// The checks of the kinds (those of RBAC) whose updates are validated as new objects are, and then once more.
inline std::vector<UpdateCheck> TwiceAsNew() {
  return {UpdateCheck::kMetadata, UpdateCheck::kObject,         UpdateCheck::kMetadata,
          UpdateCheck::kObject,   UpdateCheck::kMetadataChange, UpdateCheck::kChange};
}

struct Kind {
  std::string group;    ///< empty for core
  std::string version;  ///< "v1"
  std::string kind;     ///< "Secret"
  std::string plural;   ///< "secrets"
  std::string singular;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;  ///< e.g. "all"
  std::string list_kind;                ///< empty: the kind with "List" behind it
  bool namespaced = true;
  std::vector<std::string> verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  std::vector<Subresource> subresources;
  const schema::Type* type = nullptr;  ///< of the whole object, with apiVersion, kind and metadata

  bool has_status = false;           ///< status is changed through /status only, and dropped from other writes
  bool has_generation = false;       ///< metadata.generation grows when anything but metadata and status changes
  bool create_on_update = false;     ///< PUT of a missing object creates it (Lease, …)
  bool unconditional_update = true;  ///< PUT without resourceVersion is accepted
  /// DELETE without a propagation policy orphans the dependents, with this Warning; empty: background deletion.
  std::string orphans_by_default_warning;
  bool collects_garbage = true;  ///< false: propagation policies have no effect (Event)
  /// What the real server's strategy of the kind looks at when the object itself is updated, in that order, behind the
  /// look at metadata that all kinds share. Writes to a subresource: kMetadataChange and kChange.
  std::vector<UpdateCheck> update_checks = {UpdateCheck::kMetadataChange, UpdateCheck::kChange, UpdateCheck::kMetadata,
                                            UpdateCheck::kObject};
  /// False: the strategy leaves a new object's metadata to the look that all kinds share, which comes only when nothing
  /// else is wrong (Event of core/v1).
  bool validates_new_metadata = true;
  bool terminating = false;      ///< its definition is being deleted: there can be no new objects
  bool returns_deleted = false;  ///< DELETE answers with the object (Pod, ServiceAccount), not with a Status

  /// The collection of the store; empty: Resource().Qualified(). Rows that show the same objects at another version or
  /// group (events.k8s.io) name the same one, and turn objects from and to its form (null: apiVersion and kind alone
  /// differ).
  std::string storage;
  std::function<Json(const Json& stored)> from_storage;
  std::function<Json(Json object)> to_storage;
  /// Paths that a write at the subresource ("" is the object itself) can't change, for field ownership. Where absent:
  /// {{"status"}} for "" of a kind with a status, {{"spec"}} for "status".
  std::map<std::string, std::vector<std::vector<std::string>>> reset_fields;

  /// Fields for field selectors besides metadata.name and metadata.namespace, e.g. {"type","Opaque"}. Null: none, and
  /// the refusal of others is in Go's general words.
  std::function<std::map<std::string, std::string>(const Json& object)> selectable_fields;
  bool selects_namespace = true;  ///< metadata.namespace is a field for selectors
  /// The refusal of a field, with {} for its name quoted. Empty: "field label not supported: name".
  std::string unselectable_field_text;
  std::vector<Column> columns;  ///< empty: Name and Age
  /// Cells of the columns of one object, Age included (as kubectl prints it: "5m").
  std::function<Json(const Json& object, mock_http::TimePoint now)> row;
  /// What the object's row says of it besides its cells: a list, empty for most; null: never anything.
  std::function<Json(const Json& object)> row_conditions;

  /// Fills in defaults, in place; runs after decoding of every write and on what apply and patches produce.
  std::function<void(Json& object)> set_defaults;
  /// Before validation of a create: resets status, generates what the server generates, admission that mutates. An
  /// error is an admission refusal (e.g. 403 for a missing ServiceAccount).
  std::function<Result<void>(Json& object, const KindContext& context)> prepare_create;
  /// Before validation of an update: keeps what an update may not touch. `subresource` is empty or e.g. "status".
  std::function<Result<void>(Json& object, const Json& old, const std::string& subresource, const KindContext& context)>
      prepare_update;
  /// Everything but metadata, which the pipeline checks itself (validation/object_meta.h): of a new object, and of an
  /// updated one where `update_checks` says so.
  std::function<FieldErrors(const Json& object, const KindContext& context)> validate;
  /// Of an update: see UpdateCheck::kChange.
  std::function<FieldErrors(const Json& object, const Json& old, const std::string& subresource,
                            const KindContext& context)>
      validate_update;
  /// Of kinds that are answered and not stored (reviews): makes the object that is sent back with 201 of the decoded
  /// one with its defaults and managedFields, validating it in its own words. Null for stored kinds.
  std::function<Result<Json>(Json object, const KindContext& context)> answer;
  /// Kinds with graceful deletion (Pod): what applies to `object` with gracePeriodSeconds as asked (absent: not asked).
  /// Null: deleted at once.
  std::function<GracefulDelete(const Json& object, std::optional<std::int64_t> asked_seconds)> grace;
  /// Called when DELETE has set deletionTimestamp, may change the object. True: it stays although it has no
  /// metadata.finalizers (Namespace: spec.finalizers, phase Terminating). Null: it doesn't. Idempotent: asked again (of
  /// a copy) when something else changes the object, to learn whether it still stays.
  std::function<bool(Json& object, const KindContext& context)> begin_delete;
  /// The rule for metadata.name; null: RFC 1123 subdomain. Returns texts of what is wrong.
  std::function<std::vector<std::string>(const std::string& name, bool is_prefix)> validate_name;

  /// The collection of the store that holds the objects.
  std::string Storage() const { return storage.empty() ? Resource().Qualified() : storage; }
  std::string ListKind() const { return list_kind.empty() ? kind + "List" : list_kind; }
  std::string ApiVersion() const { return group.empty() ? version : group + "/" + version; }
  ResourceName Resource() const { return {.group = group, .resource = plural}; }
};

}  // namespace mock_kubeapi
