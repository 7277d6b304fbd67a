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
