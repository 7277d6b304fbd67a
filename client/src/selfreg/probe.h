// Asking acme-dns whether registrations are still good, and being sure of the answer before anything depends on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acmedns/acme_dns_client.h"
#include "acmedns/registration.h"
#include "base/retry.h"
#include "effects/log.h"
#include "effects/random.h"
#include "selfreg/options.h"
#include "selfreg/outcome.h"

namespace client {

struct Judgement {
  Verdict verdict = Verdict::kNotAsked;
  std::string stored_text;       ///< with kValid: the text that acme-dns stored; empty when none was
  std::optional<Error> failure;  ///< with kUnavailable and kRejected: the last answer
};

struct ProbeTools {
  AcmeDnsClient& acmedns;
  Retrier& retrier;
  Random& random;
  Log& log;
};

/// 43 characters of the URL-safe base64 alphabet, as an ACME challenge's text has.
std::string RandomText(Random& random);

/// Judges each registration by /update calls, as `options.probe` says. One judgement each, in their order:
///  - kValid: acme-dns accepted the credentials;
///  - kRejected: it answered 401 forbidden `options.confirm.tries` times in a row, spread over
///  `options.confirm.spread`,
///    and nothing else between. acme-dns says the same for a database error, and a server that is coming up or going
///    down shows that by its other answers, each of which starts the count anew;
///  - kUnavailable: no useful answer in RetryPolicy::attempts tries, or in time, or one that trying again can't change.
/// Waits for several registrations run at the same time, so a Secret with many does not take longer. Blocks; ends at
/// once, all open ones kUnavailable, when told to stop (kCancelled).
std::vector<Judgement> Probe(const std::vector<Registration>& registrations, const RunOptions& options,
                             const ProbeTools& tools);

/// One try, without waiting: kValid or kRejected, which is what acme-dns says now and no proof. An error when it gives
/// no useful answer.
Result<Verdict> AskNow(const Registration& registration, ProbeMode mode, const ProbeTools& tools);

/// The waits between the tries that confirm a rejection, without jitter: tries - 1 of them, doubling, `spread` in all.
std::vector<std::chrono::milliseconds> ConfirmationWaits(const ConfirmPolicy& policy);

}  // namespace client
