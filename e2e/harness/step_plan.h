// Faults at the client's own steps. Every request, DNS question and sleep of a run is one step, counted from 0, so a
// test can let each step in turn fail, lose its reply, or be the moment at which the process is killed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace harness {

enum class StepKind : std::uint8_t { kAcmeDns, kKubernetes, kDns, kSleep };

struct Step {
  std::size_t number = 0;  ///< since the run began
  StepKind kind = StepKind::kAcmeDns;
  std::string what;  ///< "POST /register"; for messages
};

enum class StepFault : std::uint8_t {
  kNone,
  kLostRequest,  ///< no effect, and no answer
  kLostReply,    ///< the effect, but no answer
  kServerError,  ///< 500 instead of the effect
  kErrorAfter,   ///< the effect, but 500 for an answer
  kKillBefore,   ///< the process dies before the effect
  kKillAfter,    ///< the process dies after the effect
};

/// For messages: "lost-reply".
const char* Name(StepFault fault);

/// Thrown out of an effect to end a run as SIGKILL would: nothing of the client's runs after it but destructors. Not
/// derived from std::exception on purpose, so that no handler in the client takes it for an error.
struct ProcessKilled {
  Step at;
};

/// Decides about each step, and counts them.
class StepPlan {
 public:
  using Chooser = std::function<StepFault(const Step& step)>;

  StepPlan() = default;
  /// One fault at one step.
  StepPlan(std::size_t step, StepFault fault) : faults_{{step, fault}} {}
  explicit StepPlan(std::map<std::size_t, StepFault> faults) : faults_(std::move(faults)) {}
  explicit StepPlan(Chooser chooser) : chooser_(std::move(chooser)) {}

  /// Counts the step and says what is to happen to it.
  StepFault Next(StepKind kind, std::string what);
  std::size_t steps() const { return next_; }
  const Step& last() const { return last_; }
  /// Faults that came up.
  std::size_t fired() const { return fired_; }

 private:
  std::map<std::size_t, StepFault> faults_;
  Chooser chooser_;
  std::size_t next_ = 0;
  std::size_t fired_ = 0;
  Step last_;
};

}  // namespace harness
