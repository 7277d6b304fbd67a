#include "sim/caching_resolver.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

using client::DnsAnswer;
using client::DnsCode;
using client::DnsQuestion;
using client::Result;

constexpr std::chrono::seconds kDenialKept{60};

}  // namespace

const ResolverCache::Entry* ResolverCache::Find(const Key& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

Result<DnsAnswer> CachingResolver::Ask(const DnsQuestion& question) {
  const bool cached = question.server.empty() || question.server == kResolverAddress;
  const auto fault = parts_.board.ForDns(cached);
  if (fault == FaultKind::kDnsTimeout || fault == FaultKind::kAcmeAddressChange) {
    parts_.waiter.Wait(question.timeout);
    return client::Fail(client::ErrorKind::kTemporary, fmt::format("DNS {}: no answer", question.name));
  }
  if (fault == FaultKind::kDnsServFail) return DnsAnswer{.code = DnsCode::kServFail};
  if (!cached) return parts_.upstream.Ask(question);
  if (fault == FaultKind::kDnsNxDomainCached) return DnsAnswer{.code = DnsCode::kNxDomain};
  return Resolve(question, fault == FaultKind::kDnsStaleCache);
}

Result<DnsAnswer> CachingResolver::Resolve(const DnsQuestion& question, bool stale) {
  const ResolverCache::Key key{question.name, question.type};
  const ResolverCache::Entry* entry = parts_.cache.Find(key);
  const bool fresh = entry != nullptr && entry->expires > parts_.clock.Now();
  if (entry != nullptr && (stale || fresh)) {
    if (!fresh) parts_.board.Strike(FaultKind::kDnsStaleCache);
    // A step like any other, which the process may not outlive.
    const auto fault = parts_.plan.Next(harness::StepKind::kDns, "DNS " + question.name);
    if (fault != harness::StepFault::kNone) throw harness::ProcessKilled{parts_.plan.last()};
    return entry->answer;
  }
  DnsQuestion upstream = question;
  upstream.server.clear();
  auto answer = parts_.upstream.Ask(upstream);
  if (!answer || (answer->code != DnsCode::kNoError && answer->code != DnsCode::kNxDomain)) return answer;
  std::chrono::seconds ttl = answer->records.empty() ? kDenialKept : std::chrono::seconds::max();
  for (const client::DnsRecord& record : answer->records) {
    ttl = std::min(ttl, std::chrono::seconds(record.ttl_seconds));
  }
  parts_.cache.Put(key, {.answer = *answer, .expires = parts_.clock.Now() + ttl});
  return answer;
}

}  // namespace sim
