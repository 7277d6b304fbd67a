// What one run of the client did, as the world saw it: what the checkers judge.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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
  std::string answer = {};  ///< acme-dns's, as JSON
  bool delivered = false;   ///< the client got the answer, complete
};

/// What acme-dns, or something in front of it, has told the client about an account.
struct AccountAnswers {
  /// 401s with no other answer, or lack of one, between.
  struct Row {
    int rejections = 0;
    mock_http::TimePoint first;
    mock_http::TimePoint last;
  };
  bool accepted = false;       ///< once at least: 200, or 400 bad_txt to the read-only probe
  bool accepted_last = false;  ///< and by the last answer, too
  Row row;                     ///< the one that the last answer belongs to
  Row longest;                 ///< since it was accepted last
  /// A row has been as long as it must, in number and in time, since it was accepted last; `longest` may be another.
  bool confirmed = false;
  int most_rejections = 0;  ///< in a row, ever
};

struct RunRecord {
  int cluster = 0;
  client::Command command = client::Command::kCheck;
  mock_http::TimePoint start;
  mock_http::TimePoint end;
  std::chrono::milliseconds deadline{0};      ///< as configured
  int attempts = 0;                           ///< likewise
  client::ConfirmPolicy confirm;              ///< likewise
  std::chrono::milliseconds start_jitter{0};  ///< likewise
  std::vector<std::string> configured;        ///< FQDNs, sorted
  bool prune = false;
  bool reregister_on_failure = false;
  bool dns_is_required = false;  ///< --verify-dns required
  bool verify_cname = false;
  std::vector<std::string> allow_from;
  std::optional<client::CommandResult> result;  ///< absent when killed
  std::string log;
  std::string crash;          ///< what it threw; empty: nothing
  bool overlapped = false;    ///< another run of the cluster was there at the same time
  bool meddled = false;       ///< somebody else changed the Secret meanwhile
  bool conflicted = false;    ///< it got a 409 from Kubernetes
  bool powerless = false;     ///< it had no rights in Kubernetes, from its start to its end
  bool missed_token = false;  ///< the last token was refused, and the Pod's file had another by then
  std::optional<mock_http::TimePoint> first_request;
  std::size_t requests = 0;   ///< HTTP, of both peers
  std::size_t questions = 0;  ///< DNS
  std::vector<MadeAccount> made;
  std::map<std::pair<std::string, std::string>, AccountAnswers> answers;  ///< by user name and password
  std::size_t failures = 0;               ///< answers of acme-dns, or lacks of one, that call for another try
  std::size_t updates = 0;                ///< questions about credentials
  std::size_t refused_updates = 0;        ///< that something before acme-dns has refused: 3xx, 403, its own 401
  std::size_t useless_updates = 0;        ///< questions about credentials that were answered neither yes nor no
  std::size_t most_tries = 0;             ///< of one request, failures in a row
  std::size_t hasty_tries = 0;            ///< the same request again after a failure, without any wait between
  std::size_t early_tries = 0;            ///< the same request again before the time that Retry-After asked for
  std::vector<std::string> event_bodies;  ///< sent to Kubernetes, whether they arrived or not
  std::vector<std::string> strayed;       ///< secrets that went to somebody whose they are not; what and where
  /// The last text that acme-dns has stored for it, by username.
  std::map<std::string, std::string> stored_texts;
  std::set<std::string> texts_shown;  ///< TXT data that DNS has answered it with
  /// CNAME records that DNS has answered it with: name and target, both with the final dot.
  std::set<std::pair<std::string, std::string>> cnames_shown;
  /// Registrations, user name and password, that the Secret held when the run began, read and wrote.
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::pair<std::string, std::string>> seen_entries;  ///< likewise: FQDN and user name
  std::set<std::pair<std::string, std::string>> seen_targets;  ///< likewise, and after its writes: FQDN and fulldomain
  std::size_t client_writes = 0;                               ///< changes of the Secret by this run
  /// What the Secret held after the last of them.
  std::map<std::string, harness::AcmeDnsAccount> written;
  std::set<std::string> written_users;   ///< user names that it held after any of them
  SecretState before;                    ///< the Secret at the start
  SecretState after;                     ///< and at the end
  std::vector<std::string> own_secrets;  ///< further secrets that it held: token, basic-auth password

  void NoteSeen(const SecretState& state) {
    for (const auto& [fqdn, account] : state.accounts) {
      seen.emplace(account.username, account.password);
      seen_entries.emplace(fqdn, account.username);
      seen_targets.emplace(fqdn, account.fulldomain);
    }
  }
  void NoteWritten(const SecretState& state) {
    written = state.accounts;
    for (const auto& [fqdn, account] : state.accounts) {
      written_users.insert(account.username);
      seen_targets.emplace(fqdn, account.fulldomain);
    }
  }
  /// What acme-dns has said of these very credentials; empty: nothing.
  AccountAnswers AnswersFor(const harness::AcmeDnsAccount& account) const {
    const auto found = answers.find({account.username, account.password});
    return found == answers.end() ? AccountAnswers() : found->second;
  }
  /// It was told to take any failure for a rejection (--reregister-on failure), and the last question about these
  /// credentials has failed.
  bool MayReplaceUnconfirmed(const harness::AcmeDnsAccount& account) const {
    const auto found = answers.find({account.username, account.password});
    return reregister_on_failure && found != answers.end() && !found->second.accepted_last;
  }
  bool TookFailureForRejection() const { return reregister_on_failure && useless_updates > 0; }
  /// Nobody else had a hand in the Secret while it ran.
  bool undisturbed() const { return !overlapped && !meddled; }
  bool killed() const { return !result && crash.empty(); }
  /// -1 when killed.
  int exit_code() const { return result ? result->exit_code : -1; }
};

/// The CNAME records that a log or message names, targets by FQDN; of several the last one.
std::map<std::string, std::string> CnamesIn(std::string_view text);

}  // namespace sim
