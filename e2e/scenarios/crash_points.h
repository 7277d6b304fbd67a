// Every point at which a run can be struck, one after the other: each step of a command from each state that the Secret
// can be in, each way in which a step can fail, all pairs of those, and what others may do between two steps. After the
// strikes one check must put everything right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/world.h"
#include "scenarios/invariants.h"

namespace scenarios {

/// What the Secret holds when the command begins. Where there is one, it also has keys, a label and an entry of others.
enum class Start : std::uint8_t {
  kNoSecret,
  kEmptySecret,
  kUnreadable,   ///< acmedns.json is no JSON
  kRegistered,   ///< valid credentials for all FQDNs
  kOneMissing,   ///< valid ones for one of two FQDNs
  kInvalidated,  ///< acme-dns does not accept them any more
};

struct Situation {
  const char* name;
  client::Command command;
  Start start;
};

/// Every command from every state in which it behaves differently.
const std::vector<Situation>& Situations();

/// A step fails. Steps are counted through the command and, where that did not end well, the check after it.
struct Strike {
  std::size_t step = 0;
  harness::StepFault fault = harness::StepFault::kNone;
};

/// What others do, before the effect of the command's step `from`.
struct Outside {
  enum class Kind : std::uint8_t {
    kDatabaseDown,  ///< acme-dns's, until step `to` or the end of the command: 401 and 500 for everyone
    kServerDown,    ///< acme-dns's proxy answers 500 for it, as long
    kForeignEdit,   ///< another manager writes its own key and annotation into the Secret
    kOtherCheck,    ///< another client's whole check
  };
  Kind kind = Kind::kForeignEdit;
  std::size_t from = 0;
  std::size_t to = 0;
};

struct Case {
  std::vector<Strike> strikes;
  std::optional<Outside> outside;
};

/// "step 3 POST /register lost-reply, …": to find the case again.
std::string Describe(const Case& played, const std::vector<PlayedStep>& steps);

struct Played {
  std::vector<PlayedStep> steps;  ///< that strikes can meet
  std::size_t command_steps = 0;  ///< those of the command
  std::size_t fired = 0;          ///< strikes that met a step
  std::vector<Finding> findings;
};

/// Plays the cases of one situation. Each case starts from the same state and the same randomness of the client.
class CrashPoints {
 public:
  explicit CrashPoints(const Situation& situation, std::uint64_t seed = 1) : situation_(situation), seed_(seed) {}

  const Situation& situation() const { return situation_; }
  Played Play(const Case& played);

 private:
  void Prepare();
  void PutSecret(const harness::Json& own_data);
  void Act(Outside::Kind kind, Invariants& invariants);
  /// What the outside event does at that step of the command.
  harness::StepFault FaultOfOutside(const Outside& outside, const PlayedStep& step, std::size_t number,
                                    Invariants& invariants);
  std::uint64_t AccountsMax(const Case& played, std::size_t fired);

  Situation situation_;
  std::uint64_t seed_;
  harness::World world_;
};

/// The ways in which a step can fail that differ: {before, after its effect} × {crash, lost reply, 500} for requests.
/// DNS questions have no effect, so that before and after are the same; a sleep can only be the moment of a crash.
const std::vector<harness::StepFault>& FaultsOf(harness::StepKind kind);

/// Gets each case with how it went; false ends the enumeration.
using Visit = std::function<bool(const Case&, const Played&)>;

/// One strike at each step of the command.
void EachStrike(CrashPoints& points, const Visit& visit);
/// Each strike at the command together with each further one after it: the second meets the retry, the rest of the
/// command, or the check that should have healed the first.
void EachPairOfStrikes(CrashPoints& points, const Visit& visit);
/// Two clients with the same trouble must not come back at the same moment: where the same strike and the randomness of
/// two clients give the same waits, that is a finding of the checker "jitter"; and where they don't wait at all, one of
/// "backs-off".
std::optional<Finding> FindLockstep(const Situation& situation);
/// What others do at each step; outages from each step to each later one, those of the server where it is probed.
void EachOutside(CrashPoints& points, const Visit& visit);

}  // namespace scenarios
