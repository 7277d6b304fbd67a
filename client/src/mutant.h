// Mistakes that the client could have, one at a time, for the proof that the checkers of e2e/ would find them
// (e2e/scenarios/mutants_test.cpp). In the client as it is built and shipped Has() is the constant false and leaves no
// code; the few files that ask are compiled a second time, with SELFREG_MUTANTS, for that test alone.
#pragma once

#include <cstdint>

namespace client {

enum class Mutant : std::uint8_t {
  kNone,
  kSkipsProof,              ///< saves a registration that no /update has proven
  kProvesAfterWriting,      ///< ... or proves it when it is saved already
  kIgnoresResourceVersion,  ///< writes over whatever is there by now
  kCreatesUnguarded,        ///< ... where there was no Secret
  kBelievesFirst401,        ///< takes one 401 for a rejection
  kSkipsLastLook,           ///< does not ask again about the old registration before it replaces it
  kReregistersOnFailure,    ///< takes no useful answer for a rejection
  kTakes5xxForValid,        ///< takes a 5xx for a yes
  kDropsForeignKeys,        ///< replaces the Secret's data as a whole
  kDropsOtherEntries,       ///< replaces acmedns.json as a whole
  kDropsUnreadable,         ///< does not keep what it can't read
  kRegistersAfterConflict,  ///< forgets after a conflict what it has registered
  kLogsPassword,            ///< tells the password
  kTellsNobody,             ///< does not announce what it has changed
  kNoBackOff,               ///< tries again at once
  kNoJitter,                ///< always waits as long as it may
  // The answers of acme-dns
  kTakes403ForRejection,  ///< ... which a proxy has given
  kTakesProxys401,        ///< ... likewise
  kTakesAny200,           ///< takes anybody's 200 for a yes
  kConfirmsAtOnce,        ///< asks as often as it must, without a wait between
  kCountsAllRejections,   ///< also when other answers came between
  kReregistersOnDns,      ///< takes a text that DNS does not show for a rejection
  kRegistersInVain,       ///< makes an account when acme-dns does not answer, and has no use for it
  kForgetsAllowFrom,      ///< registers for every network
  kShowsBasicAuth,        ///< sends the proxy's password with /update, too
  kIgnoresRetryAfter,     ///< does not wait as long as it is asked to
  kTriesForEver,          ///< ... until the deadline
  kNoDeadline,            ///< does not look at the time
  // The Secret
  kSkipsDryRun,         ///< makes an account before it knows whether it may save it
  kMergesNothing,       ///< writes after a conflict what it wanted to write before
  kDropsMembers,        ///< keeps only the members of entries that it knows
  kSharesOtherEntries,  ///< takes the registration of an FQDN that is not configured
  kAlwaysPrunes,        ///< also when not told to
  kNeverPrunes,         ///< also when told to
  kRefusesNull,         ///< takes an entry that is null for one that cert-manager refuses
  kHoldsOldToken,       ///< does not read the token again
  kForgetsLostWrite,    ///< takes a write without an answer for none
  // What it tells
  kNoEvent,               ///< creates none
  kNoTerminationMessage,  ///< writes none
  kTellsWrongTarget,      ///< announces a record that leads nowhere
  kTellsTooEarly,         ///< announces what it has not saved yet
  kExitsZero,             ///< whatever happens
  kIgnoresVerifyDns,      ///< takes --verify-dns required for auto
  kIgnoresVerifyCname,    ///< takes --verify-cname for nothing
};

#ifdef SELFREG_MUTANTS
/// The one that is on. For one thread.
inline Mutant active_mutant = Mutant::kNone;
inline bool Has(Mutant mutant) {
  return active_mutant == mutant;
}
#else
constexpr bool Has(Mutant /*mutant*/) {
  return false;
}
#endif

}  // namespace client
