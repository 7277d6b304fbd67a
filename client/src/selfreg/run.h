// The three commands that change something: what they promise is in ../../README.md; how they decide is in
// reconcile.cpp.
#pragma once

#include "acmedns/acme_dns_client.h"
#include "base/retry.h"
#include "effects/log.h"
#include "effects/random.h"
#include "kube/events.h"
#include "kube/secret_store.h"
#include "selfreg/dns_verifier.h"
#include "selfreg/options.h"
#include "selfreg/outcome.h"

namespace client {

/// What the commands work with. All must outlive the run; `retrier` is the one that the stores have, so that one
/// deadline holds for the whole run.
struct RunServices {
  AcmeDnsClient& acmedns;
  SecretStore& secrets;
  EventRecorder& events;
  DnsVerifier& dns;
  Retrier& retrier;
  Random& random;
  Log& log;
};

/// Gives every configured FQDN a registration; asks acme-dns for one only where none of them has any. A no-op when all
/// have one. Blocks until done; all failures are in the outcome.
Outcome RunRegister(const RunOptions& options, const RunServices& services);

/// As RunRegister(), and first asks acme-dns about each registration: replaces those that it rejects.
Outcome RunCheck(const RunOptions& options, const RunServices& services);

/// Replaces the registrations of all configured FQDNs, valid or not.
Outcome RunReregister(const RunOptions& options, const RunServices& services);

}  // namespace client
