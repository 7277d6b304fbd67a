// DNS questions to whichever server gives a useful answer, and the walk to the servers of a zone.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "effects/dns_resolver.h"
#include "error.h"

namespace client {

/// Whom to ask and for how long.
struct LookUpOptions {
  std::vector<std::string> resolvers;  ///< HOST[:PORT]; empty: the system's
  std::chrono::milliseconds timeout{2'000};
};

/// A name in the form of DnsRecord: lower case, with the final dot.
std::string CanonicalName(std::string_view name);

/// The name without its first label; "." at the end.
std::string ParentName(std::string_view canonical_name);

/// The answer of the first resolver that gives one of NOERROR or NXDOMAIN. kTemporary, naming the resolvers and what
/// each of them said, when none does; kMisconfigured and kCancelled end it at once.
Result<DnsAnswer> LookUp(DnsResolver& resolver, const LookUpOptions& options, const std::string& name, DnsType type);

/// "SERVFAIL", for messages.
const char* CodeName(DnsCode code);

struct NameServer {
  std::string name;     ///< "ns1.example.org.", or the resolver as configured
  std::string address;  ///< for DnsQuestion::server
};

/// The servers of the zone that holds `name`, which is not asked for itself: the walk begins at its parent, because a
/// resolver would remember for a day that acme-dns did not know the name yet. Their order is the zone's.
/// kTemporary when no zone or none of its servers' addresses can be found; kMisconfigured, kCancelled.
Result<std::vector<NameServer>> FindNameServers(DnsResolver& resolver, const LookUpOptions& options,
                                                std::string_view name);

}  // namespace client
