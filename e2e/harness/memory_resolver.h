// DNS as the client sees it, in memory: the acme-dns zone behind its name server, the customer's own zones with their
// CNAME records, and the delegation that leads from one to the other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "effects/dns_resolver.h"
#include "harness/step_plan.h"
#include "harness/waiter.h"
#include "mock_acmedns/acme_dns.h"

namespace harness {

/// Answers as a recursive resolver for questions to the system's resolvers, and as acme-dns itself for questions sent
/// to the address of its name server. Not thread-safe; the references must outlive it.
class MemoryResolver final : public client::DnsResolver {
 public:
  /// `acme_address` is the address that the zone's name server resolves to.
  MemoryResolver(mock_acmedns::AcmeDns& acme, Waiter& waiter, StepPlan& plan, std::string acme_address);

  /// A record of a zone that isn't acme-dns's, e.g. a CNAME at _acme-challenge.<fqdn>. Replaces one of the same name
  /// and type.
  void SetRecord(const std::string& name, client::DnsType type, const std::string& data);
  void RemoveRecord(const std::string& name, client::DnsType type);

  client::Result<client::DnsAnswer> Ask(const client::DnsQuestion& question) override;

 private:
  client::Result<client::DnsAnswer> AskAcmeDns(const client::DnsQuestion& question);

  mock_acmedns::AcmeDns& acme_;
  Waiter& waiter_;
  StepPlan& plan_;
  std::string acme_address_;
  std::map<std::pair<std::string, client::DnsType>, std::string> records_;
};

}  // namespace harness
