// A small DNS for tests: servers that hold records, and a recursive resolver (server "") over all of them.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dns/look_up.h"
#include "effects/dns_resolver.h"

namespace client::testing {

class FakeResolver final : public DnsResolver {
 public:
  /// What a server does in place of answering from its records.
  using Behaviour = std::function<Result<DnsAnswer>(const DnsQuestion&)>;

  /// The record as `server` answers it.
  void Add(const std::string& server, const std::string& name, DnsType type, const std::string& data) {
    records_[server].push_back({.name = CanonicalName(name), .type = type, .ttl_seconds = 1, .data = data});
  }
  void Remove(const std::string& server, const std::string& name) {
    std::erase_if(records_[server], [&](const DnsRecord& record) { return record.name == CanonicalName(name); });
  }
  void Behave(const std::string& server, Behaviour behaviour) { behaviours_[server] = std::move(behaviour); }
  void Recover(const std::string& server) { behaviours_.erase(server); }

  Result<DnsAnswer> Ask(const DnsQuestion& question) override {
    questions.push_back(question);
    if (const auto behaviour = behaviours_.find(question.server); behaviour != behaviours_.end()) {
      return behaviour->second(question);
    }
    const std::string name = CanonicalName(question.name);
    DnsAnswer answer = {.code = DnsCode::kNxDomain, .authoritative = !question.server.empty(), .records = {}};
    for (const DnsRecord& record : records_[question.server]) {
      if (record.name != name) continue;
      answer.code = DnsCode::kNoError;
      if (record.type == question.type || record.type == DnsType::kCname) answer.records.push_back(record);
    }
    return answer;
  }

  static Behaviour Says(DnsCode code) {
    return [code](const DnsQuestion&) -> Result<DnsAnswer> { return DnsAnswer{.code = code, .records = {}}; };
  }
  static Behaviour Fails(ErrorKind kind) {
    return [kind](const DnsQuestion& question) -> Result<DnsAnswer> {
      return Fail(kind, "DNS server " + question.server + ": no answer in time");
    };
  }

  std::vector<DnsQuestion> questions;

 private:
  std::map<std::string, std::vector<DnsRecord>> records_;
  std::map<std::string, Behaviour> behaviours_;
};

}  // namespace client::testing
