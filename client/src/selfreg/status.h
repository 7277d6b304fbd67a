// The `status` command: what the Secret holds, whether acme-dns takes it and whether DNS points to it. Changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "error.h"
#include "kube/secret_store.h"
#include "selfreg/dns_verifier.h"
#include "selfreg/outcome.h"
#include "selfreg/probe.h"

namespace client {

enum class EntryState : std::uint8_t { kWellFormed, kMalformed, kMissing };

struct StatusRow {
  std::string fqdn;
  bool configured = false;
  EntryState state = EntryState::kMissing;
  std::string problem;                   ///< with kMalformed: what is wrong
  std::string fulldomain;                ///< with kWellFormed
  std::vector<std::string> allow_from;   ///< likewise
  std::string record;                    ///< the CNAME record that should be there; with kWellFormed
  Verdict verdict = Verdict::kNotAsked;  ///< of one try: a single kRejected is no proof
  std::string verdict_problem;           ///< with kUnavailable: why
  std::optional<CnameAnswer> cname;      ///< nullopt: not asked, or cname_problem
  std::string cname_problem;             ///< why DNS gave no answer
};

struct StatusReport {
  std::string secret;  ///< namespace/name
  bool exists = false;
  std::string problem;           ///< why acmedns.json can't be read; empty when it can
  bool kept_unreadable = false;  ///< the Secret holds an acmedns.json.unreadable
  std::vector<StatusRow> rows;   ///< configured FQDNs first, then the others, each sorted

  /// Whether every configured FQDN has a well-formed entry.
  bool complete() const;
};

/// Whom to ask; null: nobody.
struct StatusSources {
  DnsVerifier* dns = nullptr;           ///< for the CNAMEs
  const ProbeTools* acmedns = nullptr;  ///< for the verdicts, by a call that stores nothing
};

/// Errors of the Secret's reading, and kCancelled; what acme-dns and DNS say is in the rows.
Result<StatusReport> GatherStatus(const std::vector<std::string>& fqdns, SecretStore& secrets,
                                  const StatusSources& sources);

/// One line of JSON, no secrets.
std::string StatusJson(const StatusReport& status);

}  // namespace client
