// What one run of the client did, as the world saw it: what the checkers judge.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/config.h"
#include "app/run.h"
#include "mock_http/clock.h"
#include "sim/secret_state.h"

namespace sim {

/// An account that acme-dns made for this run.
struct MadeAccount {
  std::string username;
  std::string password;
  bool delivered = false;  ///< the client got the answer, complete
};

struct RunRecord {
  int cluster = 0;
  client::Command command = client::Command::kCheck;
  mock_http::TimePoint start;
  mock_http::TimePoint end;
  std::chrono::milliseconds deadline{0};  ///< as configured
  int attempts = 0;                       ///< likewise
  std::vector<std::string> configured;    ///< FQDNs, sorted
  bool prune = false;
  std::optional<client::CommandResult> result;  ///< absent when killed
  std::string log;
  std::string crash;          ///< what it threw; empty: nothing
  bool overlapped = false;    ///< another run of the cluster was there at the same time
  bool meddled = false;       ///< somebody else changed the Secret meanwhile
  bool conflicted = false;    ///< it got a 409 from Kubernetes
  std::size_t requests = 0;   ///< HTTP, of both peers
  std::size_t questions = 0;  ///< DNS
  std::vector<MadeAccount> made;
  std::vector<std::string> event_bodies;  ///< sent to Kubernetes
  /// The last text that acme-dns has stored for it, by username.
  std::map<std::string, std::string> stored_texts;
  /// Registrations, user name and password, that the Secret held when the run began and when it wrote.
  std::set<std::pair<std::string, std::string>> seen;
  std::size_t client_writes = 0;         ///< changes of the Secret by this run
  SecretState before;                    ///< the Secret at the start
  SecretState after;                     ///< and at the end
  std::vector<std::string> own_secrets;  ///< further secrets that it held: token, basic-auth password

  void NoteSeen(const SecretState& state) {
    for (const auto& [fqdn, account] : state.accounts) seen.emplace(account.username, account.password);
  }
  bool killed() const { return !result && crash.empty(); }
  /// -1 when killed.
  int exit_code() const { return result ? result->exit_code : -1; }
};

}  // namespace sim
