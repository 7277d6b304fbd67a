#include "harness/memory_resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace harness {
namespace {

using client::DnsAnswer;
using client::DnsCode;
using client::DnsQuestion;
using client::DnsType;

std::string Canonical(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (name.empty() || name.back() != '.') name += '.';
  return name;
}

constexpr std::uint16_t Number(DnsType type) {
  switch (type) {
    case DnsType::kA:
      return 1;
    case DnsType::kNs:
      return 2;
    case DnsType::kCname:
      return 5;
    case DnsType::kTxt:
      return 16;
    case DnsType::kAaaa:
      return 28;
  }
  return 0;
}

std::optional<DnsType> TypeOf(std::uint16_t number) {
  for (const DnsType type : {DnsType::kA, DnsType::kNs, DnsType::kCname, DnsType::kTxt, DnsType::kAaaa}) {
    if (Number(type) == number) return type;
  }
  return std::nullopt;
}

DnsCode CodeOf(int rcode) {
  switch (rcode) {
    case 0:
      return DnsCode::kNoError;
    case 2:
      return DnsCode::kServFail;
    case 3:
      return DnsCode::kNxDomain;
    case 5:
      return DnsCode::kRefused;
    default:
      return DnsCode::kOther;
  }
}

/// The host of HOST, HOST:PORT or [HOST]:PORT.
std::string_view HostOf(std::string_view server) {
  if (server.starts_with('[')) return server.substr(1, server.find(']') - 1);
  return std::ranges::count(server, ':') == 1 ? server.substr(0, server.find(':')) : server;
}

}  // namespace

MemoryResolver::MemoryResolver(mock_acmedns::AcmeDns& acme, Waiter& waiter, StepPlan& plan, std::string acme_address)
    : acme_(acme), waiter_(waiter), plan_(plan), acme_address_(std::move(acme_address)) {}

void MemoryResolver::SetRecord(const std::string& name, DnsType type, const std::string& data) {
  records_[{Canonical(name), type}] = type == DnsType::kCname || type == DnsType::kNs ? Canonical(data) : data;
}

void MemoryResolver::RemoveRecord(const std::string& name, DnsType type) {
  records_.erase({Canonical(name), type});
}

client::Result<DnsAnswer> MemoryResolver::Ask(const DnsQuestion& question) {
  const StepFault fault = plan_.Next(StepKind::kDns, "DNS " + question.name);
  if (fault == StepFault::kKillBefore) throw ProcessKilled{plan_.last()};
  if (fault == StepFault::kLostRequest || fault == StepFault::kLostReply) {
    waiter_.Wait(question.timeout);
    return client::Fail(client::ErrorKind::kTemporary, fmt::format("DNS {}: no answer", question.name));
  }
  waiter_.Wait(std::chrono::milliseconds(1));
  if (fault == StepFault::kServerError || fault == StepFault::kErrorAfter) {
    return DnsAnswer{.code = DnsCode::kServFail, .authoritative = false, .records = {}};
  }
  const bool to_acme = !question.server.empty() && HostOf(question.server) == acme_address_;
  const std::string name = Canonical(question.name);
  const std::string zone = "." + acme_.config().domain + ".";
  const bool in_zone = ("." + name).ends_with(zone);
  auto answer = client::Result<DnsAnswer>(DnsAnswer{.code = DnsCode::kNxDomain, .authoritative = false, .records = {}});
  if (to_acme || in_zone) {
    answer = AskAcmeDns(question);
  } else {
    for (const DnsType type : {question.type, DnsType::kCname}) {
      const auto found = records_.find({name, type});
      if (found == records_.end()) continue;
      answer = DnsAnswer{.code = DnsCode::kNoError,
                         .authoritative = false,
                         .records = {{.name = name, .type = type, .ttl_seconds = 300, .data = found->second}}};
      break;
    }
  }
  if (fault == StepFault::kKillAfter) throw ProcessKilled{plan_.last()};
  return answer;
}

client::Result<DnsAnswer> MemoryResolver::AskAcmeDns(const DnsQuestion& question) {
  const auto found = acme_.LookUp(question.name, Number(question.type));
  if (!found || found->delay > question.timeout) {
    waiter_.Wait(question.timeout);
    return client::Fail(client::ErrorKind::kTemporary, fmt::format("DNS {}: no answer in time", question.name));
  }
  waiter_.Wait(found->delay);
  DnsAnswer answer{.code = CodeOf(found->rcode), .authoritative = found->authoritative, .records = {}};
  for (const mock_acmedns::DnsRecord& record : found->records) {
    const auto type = TypeOf(record.type);
    if (!type) continue;
    answer.records.push_back(
        {.name = Canonical(record.name), .type = *type, .ttl_seconds = record.ttl_seconds, .data = record.data});
  }
  return answer;
}

}  // namespace harness
