// Create and update as every kind has them: metadata that the server sets, admission, validation, optimistic locking,
// no-op detection, deletion when the last finalizer goes. Requests and controllers write through it.
// Source: apiserver's registry/generic/registry/store.go and registry/rest (create.go, update.go).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/merge/apply.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// What writing stands on. All outlive the writers; the last three are null only in tests of kinds that don't ask them.
struct WriteServices {
  Store& store;
  const mock_http::Clock& clock;
  mock_http::Random& random;
  const KindTable& kinds;
  const Authorizer* authorizer = nullptr;
  const Authenticator* authenticator = nullptr;
  const TokenIssuer* tokens = nullptr;
  LogSource* logs = nullptr;  ///< null: no node runs Pods
};

/// One write: on what and on whose behalf.
struct WriteTarget {
  KindPtr kind;
  std::string subresource;     ///< empty for the object itself
  std::string namespace_name;  ///< empty for cluster-scoped kinds
  std::string manager;         ///< field manager
  bool dry_run = false;
  const UserInfo* user = nullptr;  ///< null: a controller; no authorisation is asked
  std::vector<std::string>* warnings = nullptr;
};

struct Written {
  ObjectPtr object;  ///< in the stored form; of a dry run: what would be stored
  bool created = false;
  bool deleted = false;  ///< the update took away the last finalizer
};

struct UpdateRequest {
  std::string name;
  /// Makes the new object of the stored one (in the kind's form), or of null when there is none and that is allowed.
  /// managedFields included; `memories` are for the field manager.
  std::function<Result<Json>(const Json* live, const merge::OwnersMemories& memories)> make;
  std::string uid;  ///< precondition; empty: none
  /// What `make` makes is the stored object with another status: all else, managedFields aside, is the same.
  bool only_status_differs = false;
  bool create_if_missing = false;  ///< besides kinds that allow it for PUT
  /// Asked before an object is created in place of an update; null: allowed.
  std::function<Result<void>()> authorize_create;
};

class ObjectWriter {
 public:
  explicit ObjectWriter(WriteServices services);
  ~ObjectWriter();

  /// `object` is decoded, has its defaults and the namespace of the target; managedFields are made here.
  Result<Written> Create(const WriteTarget& target, Json object);
  Result<Written> Update(const WriteTarget& target, const UpdateRequest& request);

  /// The field manager of an endpoint. Valid until the table of kinds changes.
  const merge::FieldManager& FieldManagerOf(const KindPtr& kind, const std::string& subresource);
  KindContext ContextOf(const WriteTarget& target) const;
  const WriteServices& services() const { return services_; }
  void SetLogs(LogSource* logs) { services_.logs = logs; }

 private:
  class Converter;
  struct Endpoint;

  /// `authorize` is asked once the object is valid; null: allowed.
  Result<Written> CreateTracked(const WriteTarget& target, Json object, const std::function<Result<void>()>& authorize);
  Result<void> AdmitCreate(const WriteTarget& target, const Json& object) const;
  Result<Json> PrepareUpdate(const WriteTarget& target, const UpdateRequest& request, const Json& live, Json object);
  void FillSystemFields(const Kind& kind, Json& object);

  WriteServices services_;
  std::uint64_t generation_ = 0;
  std::map<std::pair<const Kind*, std::string>, std::unique_ptr<Endpoint>> endpoints_;
};

/// metadata.namespace of a body: empty takes the request's; another one is a 400. Cluster-scoped kinds drop it.
Result<void> EnsureNamespace(Json& object, const std::string& namespace_name);

/// Owner references that are listed twice: one stays, and `warnings` says so.
void DedupOwnerReferences(Json& object, std::vector<std::string>& warnings);

/// The name that generateName makes: the prefix, cut where needed, and five characters.
std::string GenerateName(const std::string& prefix, mock_http::Random& random);

}  // namespace mock_kubeapi
