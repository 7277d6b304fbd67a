// What a run writes into the Secret, and what is known of its fate: a write may have taken place without an answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/retry.h"
#include "effects/log.h"
#include "kube/secret_store.h"
#include "selfreg/acmedns_json.h"
#include "selfreg/plan.h"

namespace client {

/// One per run. The references must outlive it.
class Writes {
 public:
  Writes(SecretStore& secrets, Retrier& retrier, Log& log) : secrets_(secrets), retrier_(retrier), log_(log) {}

  /// Writes the plan over `view`. Returns the view to go on with: what was written or, after a conflict, what is there
  /// instead. Errors as SecretStore::Write(), and as AfterConflict().
  Result<SecretView> Write(const SecretView& view, const Plan& plan);

  /// Waits a moment and reads again. kConflict when that has been so too often in a row.
  Result<SecretView> AfterConflict(const Error& error);
  /// In a row, since the last write that had none.
  int conflicts() const { return conflicts_; }

  /// The change of `fqdn` that was tried and that the Secret now holds; nullptr when there is none.
  const Change* FindDone(const std::string& fqdn, const AcmednsJson& now) const;
  /// Those of all FQDNs, each once.
  std::vector<Change> TakeDone(const AcmednsJson& now);
  /// Changes that may be in the Secret although it is not known to hold them, at the end of the run.
  std::vector<Change> InDoubt(const AcmednsJson& now) const;

 private:
  SecretStore& secrets_;
  Retrier& retrier_;
  Log& log_;
  std::map<std::string, Change> tried_;       ///< the last write of each FQDN
  std::map<std::string, std::string> taken_;  ///< fulldomain by FQDN: what TakeDone() has returned
  int conflicts_ = 0;
  bool in_doubt_ = false;  ///< the last write
};

}  // namespace client
