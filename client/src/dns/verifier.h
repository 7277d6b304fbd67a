// DnsVerifier over a DnsResolver: does the TXT text show at the zone's own servers, does the CNAME lead to the
// fulldomain.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "dns/look_up.h"
#include "effects/clock.h"
#include "effects/dns_resolver.h"
#include "selfreg/dns_verifier.h"

namespace client {

/// Not for several threads. The references must outlive it.
class ResolverVerifier final : public DnsVerifier {
 public:
  struct Options {
    LookUpOptions look_up = {};  ///< its resolvers, where given, are asked in place of the zone's own servers
    std::chrono::milliseconds interval{1'000};  ///< between rounds of questions
  };
  ResolverVerifier(DnsResolver& resolver, Clock& clock, Options options);

  /// Returns when at least one server shows the text and none answers without it; servers that give no useful answer
  /// don't count. The servers are looked up once per call. See DnsVerifier.
  Result<void> VerifyTxt(const TxtExpectation& expected) override;

  /// Follows chains of up to ten CNAMEs. Names in the fulldomain's own zone are never asked for: the zone would deny
  /// those that hold no text yet, and resolvers would remember that. See DnsVerifier.
  Result<CnameAnswer> LookUpCname(const CnameExpectation& expected) override;

 private:
  struct Round;
  Result<std::vector<NameServer>> Servers(const TxtExpectation& expected);
  Result<Round> AskAll(const std::vector<NameServer>& servers, const TxtExpectation& expected,
                       std::chrono::milliseconds timeout);

  DnsResolver& resolver_;
  Clock& clock_;
  Options options_;
};

}  // namespace client
