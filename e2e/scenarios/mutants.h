// The seeded mistakes of the client (client/src/mutant.h) by name, for the proofs that the checkers can fail.
#pragma once

#include <ostream>
#include <string>

#include "mutant.h"

namespace scenarios {

struct NamedMutant {
  client::Mutant mutant;
  const char* name;
  const char* mistake;
};

/// Names the parameter in ctest's list.
inline void PrintTo(const NamedMutant& mutant, std::ostream* out) {
  *out << mutant.name;
}

inline constexpr NamedMutant kMutants[] = {
    {client::Mutant::kSkipsProof, "SkipsProof", "skips the proof"},
    {client::Mutant::kProvesAfterWriting, "ProvesAfterWriting", "proves after writing"},
    {client::Mutant::kIgnoresResourceVersion, "IgnoresResourceVersion", "writes without resourceVersion"},
    {client::Mutant::kCreatesUnguarded, "CreatesUnguarded", "creates without a guard"},
    {client::Mutant::kBelievesFirst401, "BelievesFirst401", "believes the first 401"},
    {client::Mutant::kSkipsLastLook, "SkipsLastLook", "skips the last look"},
    {client::Mutant::kReregistersOnFailure, "ReregistersOnFailure", "re-registers on any failure"},
    {client::Mutant::kTakes5xxForValid, "Takes5xxForValid", "takes a 5xx for valid"},
    {client::Mutant::kDropsForeignKeys, "DropsForeignKeys", "drops foreign keys"},
    {client::Mutant::kDropsOtherEntries, "DropsOtherEntries", "drops other entries"},
    {client::Mutant::kDropsUnreadable, "DropsUnreadable", "drops what it can't read"},
    {client::Mutant::kRegistersAfterConflict, "RegistersAfterConflict", "registers after a conflict"},
    {client::Mutant::kLogsPassword, "LogsPassword", "logs a password"},
    {client::Mutant::kTellsNobody, "TellsNobody", "tells nobody of new records"},
    {client::Mutant::kNoBackOff, "NoBackOff", "has no back-off"},
    {client::Mutant::kNoJitter, "NoJitter", "has no jitter"},
};

/// What else could go wrong, one kind of rule after the other.
inline constexpr NamedMutant kFurtherMutants[] = {
    {client::Mutant::kTakes403ForRejection, "Takes403ForRejection", "takes a proxy's 403 for a rejection"},
    {client::Mutant::kTakesProxys401, "TakesProxys401", "takes a proxy's 401 for a rejection"},
    {client::Mutant::kTakesAny200, "TakesAny200", "takes anybody's 200 for a yes"},
    {client::Mutant::kConfirmsAtOnce, "ConfirmsAtOnce", "confirms a rejection at once"},
    {client::Mutant::kCountsAllRejections, "CountsAllRejections", "counts rejections across other answers"},
    {client::Mutant::kReregistersOnDns, "ReregistersOnDns", "re-registers when DNS shows nothing"},
    {client::Mutant::kRegistersInVain, "RegistersInVain", "makes accounts when acme-dns is down"},
    {client::Mutant::kForgetsAllowFrom, "ForgetsAllowFrom", "forgets --allow-from"},
    {client::Mutant::kShowsBasicAuth, "ShowsBasicAuth", "sends basic auth with /update"},
    {client::Mutant::kIgnoresRetryAfter, "IgnoresRetryAfter", "ignores Retry-After"},
    {client::Mutant::kTriesForEver, "TriesForEver", "tries again for ever"},
    {client::Mutant::kNoDeadline, "NoDeadline", "has no deadline"},
    {client::Mutant::kSkipsDryRun, "SkipsDryRun", "registers before it may save"},
    {client::Mutant::kMergesNothing, "MergesNothing", "writes a stale map after a conflict"},
    {client::Mutant::kDropsMembers, "DropsMembers", "drops members of entries"},
    {client::Mutant::kSharesOtherEntries, "SharesOtherEntries", "shares another FQDN's registration"},
    {client::Mutant::kAlwaysPrunes, "AlwaysPrunes", "prunes without being told"},
    {client::Mutant::kNeverPrunes, "NeverPrunes", "never prunes"},
    {client::Mutant::kRefusesNull, "RefusesNull", "takes a null entry for a broken one"},
    {client::Mutant::kHoldsOldToken, "HoldsOldToken", "does not read the token again"},
    {client::Mutant::kForgetsLostWrite, "ForgetsLostWrite", "forgets a write without an answer"},
    {client::Mutant::kNoEvent, "NoEvent", "creates no Event"},
    {client::Mutant::kNoTerminationMessage, "NoTerminationMessage", "writes no termination message"},
    {client::Mutant::kTellsWrongTarget, "TellsWrongTarget", "announces a wrong target"},
    {client::Mutant::kTellsTooEarly, "TellsTooEarly", "announces before it has saved"},
    {client::Mutant::kExitsZero, "ExitsZero", "exits 0 whatever happens"},
    {client::Mutant::kIgnoresVerifyDns, "IgnoresVerifyDns", "ignores --verify-dns required"},
    {client::Mutant::kIgnoresVerifyCname, "IgnoresVerifyCname", "ignores --verify-cname"},
};

/// Switches a mistake on for as long as it lives.
class ActiveMutant {
 public:
  explicit ActiveMutant(client::Mutant mutant) { client::active_mutant = mutant; }
  ~ActiveMutant() { client::active_mutant = client::Mutant::kNone; }
  ActiveMutant(const ActiveMutant&) = delete;
  ActiveMutant& operator=(const ActiveMutant&) = delete;
};

struct Catch {
  std::string checker;       ///< empty: nobody has noticed
  std::string after;         ///< how much was played until then
  std::string message = {};  ///< what the checker says
};

}  // namespace scenarios
