// All that a run of register, check or reregister is told, as plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace client {

enum class ReregisterOn : std::uint8_t {
  kRejected,  ///< only when acme-dns confirms, over time, that it does not know the credentials
  kFailure,   ///< whenever the check fails for want of a useful answer, too
};

enum class ProbeMode : std::uint8_t {
  kUpdate,    ///< store a fresh text
  kReadOnly,  ///< send a text of the wrong length: 400 bad_txt proves the credentials and stores nothing
};

enum class DnsCheck : std::uint8_t {
  kAuto,      ///< a failed look-up is a warning
  kRequired,  ///< ... makes the run fail with kVerificationFailed
  kOff,
};

/// When a 401 counts as a rejection. acme-dns answers 401 for a wrong key, but also for every database error, so one
/// 401 proves nothing. The waits between the tries double; their sum is `spread`, plus up to a quarter of jitter. The
/// default outlasts a database fail-over and a rolling restart, and a CronJob loses nothing by waiting.
struct ConfirmPolicy {
  int tries = 5;                             ///< 401s in a row, with no other answer between; at least 1
  std::chrono::milliseconds spread{75'000};  ///< from the first to the last
};

struct RunOptions {
  std::vector<std::string> fqdns;  ///< from ParseFqdns(): sorted, distinct, at least one
  ReregisterOn reregister_on = ReregisterOn::kRejected;
  ProbeMode probe = ProbeMode::kUpdate;
  DnsCheck verify_dns = DnsCheck::kAuto;
  bool verify_cname = false;
  bool prune = false;  ///< drop entries of FQDNs that are not configured
  ConfirmPolicy confirm;
  /// `check` waits a random time of up to this first, and of up to a fifth of the run's deadline, so that the checks of
  /// many clusters, which cron starts in the same second of a minute, don't come to one acme-dns at once. 0: at once.
  std::chrono::milliseconds start_jitter{0};
  std::chrono::milliseconds dns_patience{30'000};  ///< how long a TXT text may take to show
};

}  // namespace client
