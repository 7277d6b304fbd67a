#include "dns/verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"

namespace client {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kCnamesMax = 10;

std::string WithoutFinalDot(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  return name;
}

std::string Describe(const NameServer& server) {
  return server.name == server.address ? server.address : fmt::format("{} ({})", server.name, server.address);
}

/// The target of the CNAME at `name`, if the answer holds one.
std::optional<std::string> TargetOf(const DnsAnswer& answer, const std::string& name) {
  const auto found = std::ranges::find_if(
      answer.records, [&](const DnsRecord& record) { return record.type == DnsType::kCname && record.name == name; });
  if (found == answer.records.end()) return std::nullopt;
  return found->data;
}

}  // namespace

/// What one round of questions has found.
struct ResolverVerifier::Round {
  bool shown = false;   ///< somewhere
  bool denied = false;  ///< somewhere else
  std::string reasons;  ///< what those that don't show it said

  bool conclusive() const { return shown && !denied; }
};

ResolverVerifier::ResolverVerifier(DnsResolver& resolver, Clock& clock, Options options)
    : resolver_(resolver), clock_(clock), options_(std::move(options)) {}

Result<std::vector<NameServer>> ResolverVerifier::Servers(const TxtExpectation& expected) {
  if (options_.look_up.resolvers.empty()) return FindNameServers(resolver_, options_.look_up, expected.fulldomain);
  std::vector<NameServer> servers;
  servers.reserve(options_.look_up.resolvers.size());
  for (const std::string& resolver : options_.look_up.resolvers)
    servers.push_back({.name = resolver, .address = resolver});
  return servers;
}

Result<ResolverVerifier::Round> ResolverVerifier::AskAll(const std::vector<NameServer>& servers,
                                                         const TxtExpectation& expected, milliseconds timeout) {
  const std::string name = CanonicalName(expected.fulldomain);
  Round round;
  const auto note = [&](const std::string& reason) { round.reasons += (round.reasons.empty() ? "" : "; ") + reason; };
  for (const NameServer& server : servers) {
    const auto answer = resolver_.Ask({.name = name,
                                       .type = DnsType::kTxt,
                                       .server = server.address,
                                       .recursion_desired = !options_.look_up.resolvers.empty(),
                                       .timeout = std::min(timeout, options_.look_up.timeout)});
    if (!answer && answer.error().kind != ErrorKind::kTemporary) return std::unexpected(answer.error());
    if (!answer) {
      note(answer.error().message);
      continue;
    }
    if (answer->code != DnsCode::kNoError && answer->code != DnsCode::kNxDomain) {
      note(fmt::format("{} says {}", Describe(server), CodeName(answer->code)));
      continue;
    }
    const auto is_text = [&](const DnsRecord& record) { return record.type == DnsType::kTxt && record.name == name; };
    const auto texts = std::ranges::count_if(answer->records, is_text);
    const bool shows = std::ranges::any_of(
        answer->records, [&](const DnsRecord& record) { return is_text(record) && record.data == expected.text; });
    if (shows) {
      round.shown = true;
      continue;
    }
    round.denied = true;
    note(fmt::format("{} says {} with {} other TXT records", Describe(server), CodeName(answer->code), texts));
  }
  return round;
}

Result<void> ResolverVerifier::VerifyTxt(const TxtExpectation& expected) {
  const milliseconds end = clock_.Monotonic() + expected.patience;
  std::vector<NameServer> servers;
  std::string reasons;
  while (true) {
    if (servers.empty()) {
      auto found = Servers(expected);
      if (!found && found.error().kind != ErrorKind::kTemporary) return std::unexpected(found.error());
      if (found) {
        servers = *std::move(found);
      } else {
        reasons = found.error().message;
      }
    }
    if (!servers.empty()) {
      const milliseconds left = std::max(end - clock_.Monotonic(), milliseconds(1));
      const auto round = AskAll(servers, expected, left);
      if (!round) return std::unexpected(round.error());
      if (round->conclusive()) return {};
      reasons = round->reasons;
    }
    if (clock_.Monotonic() + options_.interval >= end) break;
    if (auto slept = clock_.Sleep(options_.interval); !slept) return slept;
  }
  return Fail(ErrorKind::kTemporary, fmt::format("the new TXT record of {} does not show within {} ms: {}",
                                                 expected.fulldomain, expected.patience.count(), reasons));
}

Result<CnameAnswer> ResolverVerifier::LookUpCname(const CnameExpectation& expected) {
  const std::string fulldomain = CanonicalName(expected.fulldomain);
  const std::string zone = ParentName(fulldomain);
  std::string name = CanonicalName("_acme-challenge." + expected.fqdn);
  std::set<std::string> seen = {name};
  std::optional<DnsAnswer> known;  // an answer may hold further links of the chain
  while (seen.size() <= kCnamesMax) {
    std::optional<std::string> target = known ? TargetOf(*known, name) : std::nullopt;
    if (!target) {
      auto answer = LookUp(resolver_, options_.look_up, name, DnsType::kCname);
      if (!answer) return std::unexpected(answer.error());
      target = TargetOf(*answer, name);
      known = *std::move(answer);
    }
    const bool first = seen.size() == 1;
    if (!target && first) return CnameAnswer{.state = CnameState::kMissing, .target = {}};
    if (!target) return CnameAnswer{.state = CnameState::kElsewhere, .target = WithoutFinalDot(name)};
    name = *std::move(target);
    if (name == fulldomain) return CnameAnswer{.state = CnameState::kCorrect, .target = WithoutFinalDot(name)};
    if (ParentName(name) == zone) return CnameAnswer{.state = CnameState::kElsewhere, .target = WithoutFinalDot(name)};
    if (!seen.insert(name).second) break;
  }
  return Fail(ErrorKind::kTemporary, fmt::format("the CNAME chain from _acme-challenge.{} goes in a loop or is longer "
                                                 "than {}",
                                                 expected.fqdn, kCnamesMax));
}

}  // namespace client
