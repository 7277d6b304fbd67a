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
