// What a run has done, as values: for the exit code, the JSON summary and the termination message. Never a secret.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"

namespace client {

/// The program's exit codes.
enum class ExitCode : std::uint8_t {
  kDone = 0,                   ///< also when it re-registered
  kUsage = 2,                  ///< wrong usage or configuration
  kAcmeDnsUnavailable = 3,     ///< nothing changed
  kKubernetesUnavailable = 4,  ///< unavailable or refused; nothing lost
  kRegistrationRefused = 5,    ///< by acme-dns
  kVerificationFailed = 6,     ///< DNS or CNAME
};

/// Whom the run was talking to when it failed.
enum class Stage : std::uint8_t { kConfiguration, kAcmeDns, kRegistration, kKubernetes, kVerification };

ExitCode ExitCodeFor(Stage stage, ErrorKind kind);

enum class Action : std::uint8_t {
  kKept,          ///< was there and stays
  kAdded,         ///< the FQDN took the registration that others share
  kRegistered,    ///< new registration, there was none
  kReregistered,  ///< new registration in place of another
  kAdopted,       ///< another client was faster; its registration stays
};

/// What acme-dns says of a registration.
enum class Verdict : std::uint8_t {
  kNotAsked,
  kValid,
  kRejected,
  kUnavailable,  ///< no useful answer, so nothing is known
};

enum class Seen : std::uint8_t { kNotAsked, kYes, kNo };

/// The state of one FQDN at the end of the run.
struct FqdnReport {
  std::string fqdn;
  Action action = Action::kKept;
  std::string fulldomain;           ///< what the Secret holds for it; empty when nothing
  std::string previous_fulldomain;  ///< with kReregistered
  Verdict verdict = Verdict::kNotAsked;
  Seen txt = Seen::kNotAsked;    ///< the text shows in DNS
  Seen cname = Seen::kNotAsked;  ///< `_acme-challenge.<fqdn>` points to the fulldomain
};

struct Failure {
  Stage stage = Stage::kAcmeDns;
  Error error;
};

struct Outcome {
  std::string command;            ///< "register", "check", "reregister"
  std::string secret;             ///< namespace/name
  std::vector<FqdnReport> fqdns;  ///< in the order of RunOptions::fqdns
  /// Records that a person has to set now, because this run made or changed what they point to, or because a former run
  /// did and told nobody.
  std::vector<std::string> records;
  /// Fulldomains of accounts that this run made and nothing uses.
  std::vector<std::string> unused;
  std::vector<std::string> warnings;
  std::optional<Failure> failure;  ///< the one that decides the exit code

  /// Of the process: as exit_code(), and 128 + N when signal N has stopped the run, as a shell has it.
  int process_exit_code() const {
    const bool stopped = failure && failure->error.signal;
    return stopped ? 128 + *failure->error.signal : static_cast<int>(exit_code());
  }
  ExitCode exit_code() const { return failure ? ExitCodeFor(failure->stage, failure->error.kind) : ExitCode::kDone; }
  /// Keeps the first failure; verification gives way to all others.
  void Fail(Stage stage, Error error);
};

/// `_acme-challenge.<fqdn>. IN CNAME <fulldomain>.`
std::string CnameRecord(std::string_view fqdn, std::string_view fulldomain);

/// What a container's termination message may hold.
inline constexpr std::size_t kTerminationMessageBytesMax = 4096;

/// One line of JSON of at most `bytes_max` bytes (512 at least). Its lists (fqdns, records, unusedAccounts, warnings)
/// are there also when they are empty, so that a script can walk through them. Where not all fits, lists are cut from
/// their ends, the least telling first, and "omitted" says how many items are missing.
std::string SummaryJson(const Outcome& outcome, std::size_t bytes_max = std::numeric_limits<std::size_t>::max());

}  // namespace client
