// Who owns what after a write: the decisions of server-side apply on objects, owners and field sets, without the names,
// times and defaults around them (apply.h adds these).
// Source: structured-merge-diff's merge package.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/merge/conflict.h"
#include "mock_kubeapi/merge/managed_fields.h"
#include "mock_kubeapi/merge/typed.h"
#include "mock_kubeapi/schema/type.h"

namespace mock_kubeapi::merge {

class VersionConverter;

struct UpdaterOptions {
  const schema::Type& type;
  std::string api_version;
  const FieldSet& reset_fields;
  const VersionConverter* converter = nullptr;
};

/// Holds references: lives within one call of the field manager.
class Updater {
 public:
  explicit Updater(UpdaterOptions options) : options_(std::move(options)) {}

  struct Applied {
    Json object;
    bool changed = false;  ///< whether `object` differs from the live one
    ManagedFields managed;
  };
  struct ApplyRequest {
    const Json& live;
    const Json& config;
    const ManagedFields& managed;
    const ManagerId& manager;
    bool force = false;
  };
  /// Merges the configuration, removes what the manager gave up and nobody else owns, and hands over ownership. The
  /// error is what others own, by manager and path; never with `force`.
  std::expected<Applied, std::vector<Conflict>> Apply(const ApplyRequest& request) const;

  struct Written {
    const Json& live;
    const Json& fresh;
    Comparison comparison;           ///< of the two
    bool owners_reconciled = false;  ///< they are at the endpoint's version and in line with its type
  };
  /// Takes what a write changed or removed from all managers. Returns what it set; the caller gives it to the writing
  /// manager.
  FieldSet Update(Written written, ManagedFields& managed) const;

 private:
  /// Owners whose apiVersion is still served, with their fields as the schema has them now.
  ManagedFields Reconcile(const Json& live, const ManagedFields& managed) const;
  /// `merged` without what the manager had applied last time, unless it or someone else still owns it.
  Json Prune(const Json& merged, const ManagedFields& managed, const ManagerEntry& last) const;
  /// Takes what was changed or removed from everyone but `manager` (may be null). Returns what they owned of the
  /// changes. `comparison` is that of `live` and `fresh` at the endpoint's version.
  std::vector<Conflict> TakeFromOthers(const Json& live, const Json& fresh, const ManagerId* manager,
                                       const Comparison& comparison, ManagedFields& managed) const;

  UpdaterOptions options_;
};

}  // namespace mock_kubeapi::merge
