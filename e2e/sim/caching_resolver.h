// The cluster's recursive resolver: a cache between the client and the world's DNS, with the faults of both.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "effects/dns_resolver.h"
#include "harness/step_plan.h"
#include "harness/waiter.h"
#include "mock_http/clock.h"
#include "sim/fault_board.h"

namespace sim {

/// The address at which clients with `resolvers` find it, besides being the system's resolver.
inline constexpr const char* kResolverAddress = "192.0.2.1";

/// What a cluster's resolver remembers; outlives the runs.
class ResolverCache {
 public:
  struct Entry {
    client::DnsAnswer answer;
    mock_http::TimePoint expires;
  };
  using Key = std::pair<std::string, client::DnsType>;

  const Entry* Find(const Key& key) const;
  void Put(const Key& key, Entry entry) { entries_.insert_or_assign(key, std::move(entry)); }

 private:
  std::map<Key, Entry> entries_;
};

/// For one run. Questions to the system's resolvers and to kResolverAddress go through the cache, others straight to
/// `upstream`. Answers are kept for their TTL, denials for a minute: a cluster's own resolver caps them as CoreDNS
/// does. A stale cache answers from expired entries; a cached NXDOMAIN denies what it is asked about records of
/// others' zones and of acme-dns's names.
class CachingResolver final : public client::DnsResolver {
 public:
  struct Parts {
    client::DnsResolver& upstream;
    ResolverCache& cache;
    FaultBoard& board;
    const mock_http::Clock& clock;
    harness::Waiter& waiter;
    harness::StepPlan& plan;
  };
  explicit CachingResolver(const Parts& parts) : parts_(parts) {}
  /// Throws ProcessKilled where the plan says so.
  client::Result<client::DnsAnswer> Ask(const client::DnsQuestion& question) override;

 private:
  client::Result<client::DnsAnswer> Resolve(const client::DnsQuestion& question, bool stale);

  Parts parts_;
};

}  // namespace sim
