// Which registration each FQDN is to have: the decision that register, check and reregister share, without its
// effects. It is made anew from whatever the Secret holds, so after a conflict the same rules merge what this run holds
// into what another client has written.
//
// Why two clients that race on one Secret end well: each write is conditional on the version that was read, so one of
// them comes first and the other reads again and plans again. Then
//  - both registered where there was nothing (register and check at once): the loser finds every FQDN furnished, plans
//    nothing, and its own registration is the one unused account; FQDNs that only the loser has configured take the
//    winner's registration, as any FQDN added later does;
//  - both replaced the same rejected registration (two checks): no entry holds the rejected one any more, so the loser
//    plans nothing; entries that the winner did not touch still hold it, and take the loser's;
//  - one replaced it while the other gave it to an added FQDN: whichever comes second sees the other's work. The added
//    FQDN either holds the rejected registration and has it replaced, or takes the new one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "acmedns/registration.h"
#include "selfreg/acmedns_json.h"
#include "selfreg/outcome.h"

namespace client {

/// A registration that entries must not keep.
struct Replacement {
  Registration old;
  std::optional<Registration> fresh;  ///< what they get instead, once there is one
  bool failed = false;                ///< none could be had: the entries keep the old one
};

/// What the run knows and holds. References must outlive the call.
struct PlanInput {
  const std::vector<std::string>& fqdns;
  const std::vector<Replacement>& replacements;
  /// For when no FQDN has any registration that could be shared; `old` plays no part.
  const std::optional<Registration>& first;
  bool prune = false;
};

struct Change {
  std::string fqdn;
  Registration registration;
  Action action = Action::kAdded;
  std::string previous_fulldomain;
};

struct Plan {
  AcmednsJson after;            ///< what the Secret should hold as far as it can be furnished now
  std::vector<Change> changes;  ///< of configured FQDNs
  bool repair = false;          ///< `after` leaves out something that makes cert-manager refuse the map
  bool prune = false;           ///< `after` leaves out FQDNs that are not configured
  /// `after` leaves out something that could not be read: the former text is to be kept aside.
  bool keep_former = false;
  /// A new registration is needed: for this replacement ...
  std::optional<std::size_t> needs_replacement;
  /// ... or for FQDNs among which none has one.
  bool needs_first = false;

  bool needs_registration() const { return needs_replacement || needs_first; }
  /// Repairs and prunings alone don't go ahead of a registration that is still to be had: should it fail, the Secret
  /// stays untouched.
  bool should_write() const { return !changes.empty() || (!needs_registration() && (repair || prune)); }
};

/// Deterministic. The rules, per configured FQDN:
///  - a well-formed entry that is not to be replaced stays;
///  - one that is to be replaced takes the replacement's fresh registration, or needs one;
///  - without a well-formed entry it takes the registration that most configured FQDNs have (the first FQDN in order
///    decides a tie); where none has any, `first`, or it needs one.
/// Other entries stay, unless `prune` or poisoned (AcmednsJson).
Plan MakePlan(const AcmednsJson& now, const PlanInput& input);

/// The accounts of the configured FQDNs, each once, in the order of the FQDNs.
std::vector<Registration> AccountsOf(const AcmednsJson& now, const std::vector<std::string>& fqdns);

}  // namespace client
