#include "dns/look_up.h"

#include <fmt/format.h>

#include "base/text.h"

namespace client {
namespace {

constexpr std::size_t kNameServersMax = 8;

void AppendReason(std::string& reasons, const std::string& reason) {
  reasons += (reasons.empty() ? "" : "; ") + reason;
}

/// Both kinds of addresses of one name server.
Result<std::vector<NameServer>> FindAddresses(DnsResolver& resolver, const LookUpOptions& options,
                                              const std::string& host) {
  std::vector<NameServer> servers;
  Result<DnsAnswer> answer;
  for (const DnsType type : {DnsType::kA, DnsType::kAaaa}) {
    answer = LookUp(resolver, options, host, type);
    if (!answer && answer.error().kind != ErrorKind::kTemporary) break;
    if (!answer) continue;
    for (const DnsRecord& record : answer->records) {
      if (record.type != type) continue;
      servers.push_back(
          {.name = host, .address = type == DnsType::kAaaa ? fmt::format("[{}]", record.data) : record.data});
    }
    if (!servers.empty()) return servers;  // one way to reach it is enough
  }
  if (!answer) return std::unexpected(answer.error());
  return servers;
}

/// The names of the servers of the zone that `name` is in, or nothing when it is no zone's apex.
Result<std::vector<std::string>> NameServerNames(DnsResolver& resolver, const LookUpOptions& options,
                                                 const std::string& name) {
  const auto answer = LookUp(resolver, options, name, DnsType::kNs);
  if (!answer) return std::unexpected(answer.error());
  std::vector<std::string> names;
  for (const DnsRecord& record : answer->records) {
    if (record.type == DnsType::kNs && record.name == name && names.size() < kNameServersMax) {
      names.push_back(record.data);
    }
  }
  return names;
}

}  // namespace

std::string CanonicalName(std::string_view name) {
  std::string canonical = ToLower(name);
  if (!canonical.ends_with('.')) canonical += '.';
  return canonical;
}

std::string ParentName(std::string_view canonical_name) {
  const std::size_t dot = canonical_name.find('.');
  if (dot == std::string_view::npos || dot + 1 == canonical_name.size()) return ".";
  return std::string(canonical_name.substr(dot + 1));
}

const char* CodeName(DnsCode code) {
  switch (code) {
    case DnsCode::kNoError:
      return "NOERROR";
    case DnsCode::kNxDomain:
      return "NXDOMAIN";
    case DnsCode::kServFail:
      return "SERVFAIL";
    case DnsCode::kRefused:
      return "REFUSED";
    case DnsCode::kOther:
      break;
  }
  return "an unusual response code";
}

Result<DnsAnswer> LookUp(DnsResolver& resolver, const LookUpOptions& options, const std::string& name, DnsType type) {
  std::vector<std::string> servers = options.resolvers;
  if (servers.empty()) servers.emplace_back();
  std::string reasons;
  for (const std::string& server : servers) {
    auto answer = resolver.Ask(
        {.name = name, .type = type, .server = server, .recursion_desired = true, .timeout = options.timeout});
    if (!answer && answer.error().kind != ErrorKind::kTemporary) return answer;
    if (answer && (answer->code == DnsCode::kNoError || answer->code == DnsCode::kNxDomain)) return answer;
    AppendReason(reasons, answer ? fmt::format("{} says {}", server.empty() ? "the system's resolver" : server,
                                               CodeName(answer->code))
                                 : answer.error().message);
  }
  return Fail(ErrorKind::kTemporary, fmt::format("look-up of {}: {}", name, reasons));
}

Result<std::vector<NameServer>> FindNameServers(DnsResolver& resolver, const LookUpOptions& options,
                                                std::string_view name) {
  const std::string canonical = CanonicalName(name);
  std::string zone = ParentName(canonical);
  std::vector<std::string> hosts;
  for (; zone != "."; zone = ParentName(zone)) {
    auto names = NameServerNames(resolver, options, zone);
    if (!names) return std::unexpected(names.error());
    hosts = *std::move(names);
    if (!hosts.empty()) break;
  }
  if (hosts.empty()) return Fail(ErrorKind::kTemporary, fmt::format("no name servers can be found for {}", canonical));
  std::vector<NameServer> servers;
  std::string reasons;
  for (const std::string& host : hosts) {
    auto found = FindAddresses(resolver, options, host);
    if (!found && found.error().kind != ErrorKind::kTemporary) return found;
    if (!found) {
      AppendReason(reasons, found.error().message);
    } else if (found->empty()) {
      AppendReason(reasons, host + " has no address");
    } else {
      servers.push_back(found->front());
    }
  }
  if (servers.empty()) return Fail(ErrorKind::kTemporary, fmt::format("name servers of {}: {}", zone, reasons));
  return servers;
}

}  // namespace client
