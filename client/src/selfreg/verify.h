// What DNS shows of the registrations, at the end of a run: by then everything is saved, so nothing is lost by waiting.
#pragma once

#include <string>
#include <vector>

#include "base/retry.h"
#include "effects/log.h"
#include "selfreg/dns_verifier.h"
#include "selfreg/options.h"
#include "selfreg/outcome.h"

namespace client {

/// A text that acme-dns has stored in this run.
struct StoredText {
  std::string fulldomain;
  std::string text;
};

/// Waits for each text to show, as RunOptions::verify_dns says, and notes it in the reports of the FQDNs that have the
/// fulldomain. One that does not show is a warning or, with kRequired, a failure.
void VerifyTexts(const std::vector<StoredText>& texts, const RunOptions& options, DnsVerifier& dns, Retrier& retrier,
                 Log& log, Outcome& outcome);

/// Looks up the CNAME of each FQDN that has a fulldomain and notes it in its report. A wrong one is a failure where it
/// had its time to be set, and a warning where the registration is of this run (or of another client's just now).
void VerifyCnames(DnsVerifier& dns, Log& log, Outcome& outcome);

}  // namespace client
