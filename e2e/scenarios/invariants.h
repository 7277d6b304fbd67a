// What must hold at every moment of a case, and at its end. Findings are values, not failed expectations, so that the
// proof that each checker can fail (mutants_test.cpp) can count them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/world.h"

namespace scenarios {

struct Finding {
  std::string checker;  ///< "credentials-kept"
  std::string message;  ///< never a secret
};

/// A step of a run and what was done to it.
struct PlayedStep {
  harness::StepKind kind = harness::StepKind::kAcmeDns;
  std::string what;
  harness::StepFault fault = harness::StepFault::kNone;
};

/// The checkers of one case. They look at the world from outside, by what cert-manager, acme-dns and the
/// administrator see, never at what the client believes. Not thread-safe; the world must outlive it.
class Invariants {
 public:
  /// Takes the world as it is for the state from which the case starts.
  explicit Invariants(harness::World& world);

  /// Call after every step: looks at the Secret when it has changed since the last look.
  /// Checkers: secret-valid, credentials-kept, proven-before-written, foreign-data, unreadable-kept.
  void AfterStep();
  /// From now on accepted credentials may be replaced, as `reregister` does, or no longer.
  void AllowReplacement(bool allowed) { replacement_allowed_ = allowed; }
  /// Somebody else has changed what is his, and nothing but that since AfterStep: it is this that must stay from now
  /// on.
  void TakeForeign();

  /// What a run found when it began.
  struct Before {
    std::map<std::string, harness::AcmeDnsAccount> entries;
    std::map<std::string, std::uint64_t> updates;  ///< by user name
    mock_http::TimePoint at;
  };
  Before BeginRun();
  /// Checkers: exit-code-honest, really-asked, announced, ends-in-time, backs-off, no-secret-told.
  void EndRun(const Before& before, client::Command command, const harness::RunResult& run,
              const std::vector<PlayedStep>& steps);
  /// The end of the case, after a run that nothing disturbed. Checkers: recovers, accounts-bounded, announced (also
  /// what a killed run has left).
  void EndCase(const harness::RunResult& last, std::uint64_t accounts_max);

  /// Whether every configured FQDN has credentials that acme-dns accepts.
  bool Settled() const;
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  /// What is not ours: other keys, labels, annotations, the type, entries of other FQDNs.
  struct Foreign {
    harness::Json object;
    std::map<std::string, harness::AcmeDnsAccount> entries;
    bool operator==(const Foreign&) const = default;
  };
  struct Look {
    std::optional<std::string> text;  ///< of acmedns.json
    std::optional<std::string> unreadable;
    std::map<std::string, harness::AcmeDnsAccount> entries;
    std::string problem;  ///< why cert-manager would refuse it
    Foreign foreign;
  };
  Look LookAtSecret();
  bool IsConfigured(const std::string& fqdn) const;
  void Find(std::string checker, std::string message);
  bool ShowsChallenge(const harness::AcmeDnsAccount& account);
  void CheckReplaced(const Look& now);
  void CheckTold(const harness::RunResult& run);
  void CheckBackOff(const std::vector<PlayedStep>& steps);

  harness::World& world_;
  bool replacement_allowed_ = false;
  std::uint64_t registrations_at_start_;
  std::optional<std::string> unreadable_at_start_;
  std::map<std::string, harness::AcmeDnsAccount> entries_at_start_;
  std::uint64_t seen_secrets_ = 0;  ///< the store's revision
  std::uint64_t seen_events_ = 0;
  Look last_;
  Foreign foreign_;
  std::set<std::string> secrets_;
  std::string told_;  ///< what the runs have said of records to set
  std::string logs_;  ///< of all runs, killed ones included
  std::vector<Finding> findings_;
};

}  // namespace scenarios
