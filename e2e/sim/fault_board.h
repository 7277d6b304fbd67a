// The faults that are in force now, and what they make of one exchange. The world puts them up and takes them down; the
// transports and the resolver ask at each of their steps.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "effects/http_transport.h"
#include "mock_http/random.h"
#include "sim/fault_script.h"

namespace sim {

/// What happens to one HTTP exchange.
struct ExchangeFault {
  enum class Effect : std::uint8_t {
    kAnswer,       ///< `answer`, and the request has no effect
    kLostRequest,  ///< no effect, no answer until the time is up
    kRefused,      ///< no effect, and no connection
    kLostReply,    ///< the effect, no answer
    kCut,          ///< the effect; the connection breaks in the middle of the answer
    kShortBody,    ///< the effect; half of the body comes as if it were all of it
    kGarbage,      ///< the effect; `answer` comes in place of the answer
    kDelay,        ///< `delay` goes by before the answer
    kConflict,     ///< another writer changes the object just before the request comes
  };
  FaultKind kind = FaultKind::kAcmeServerError;
  Effect effect = Effect::kAnswer;
  client::HttpResponse answer;
  std::chrono::milliseconds delay{0};
};

/// Deterministic: each fault draws from its own salt.
class FaultBoard {
 public:
  /// `fault` is in force until End. Returns a handle.
  std::size_t Begin(const PlannedFault& fault);
  void End(std::size_t handle);
  void EndAll();

  /// Whether a fault of that kind is in force for the cluster (for kinds that strike the world, any cluster).
  bool IsActive(FaultKind kind, int cluster = -1) const;
  /// Counts the fault of that kind as one that struck something. Nothing where none is in force.
  void Strike(FaultKind kind, int cluster = -1);
  /// The same for a fault that happens once. At work: in the middle of a run of the client that it concerns.
  void StrikeOnce(FaultKind kind, bool at_work) {
    ++fired_[kind];
    if (at_work) ++fired_at_work_[kind];
  }

  std::optional<ExchangeFault> ForAcmeDns(const client::HttpRequest& request);
  std::optional<ExchangeFault> ForKubernetes(int cluster, const client::HttpRequest& request);
  /// One of the four kinds of DNS faults or the address change, when it may strike this question, which goes through a
  /// cache or not. Whether a stale cache has anything to answer with is known there, so that counts it.
  std::optional<FaultKind> ForDns(bool cached);

  /// Faults that have struck something, each counted once.
  const std::map<FaultKind, std::uint64_t>& fired() const { return fired_; }
  /// Those of them that struck in the middle of a run.
  const std::map<FaultKind, std::uint64_t>& fired_at_work() const { return fired_at_work_; }

 private:
  struct Active {
    std::size_t handle = 0;
    PlannedFault fault;
    mock_http::SeededRandom random;
    bool struck = false;
  };
  Active* Find(FaultKind kind, int cluster);
  bool Draws(Active& active);
  void Strike(Active& active);

  std::size_t next_handle_ = 0;
  std::vector<Active> active_;  ///< in order of Begin
  std::map<FaultKind, std::uint64_t> fired_;
  std::map<FaultKind, std::uint64_t> fired_at_work_;
};

}  // namespace sim
