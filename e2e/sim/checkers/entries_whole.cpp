#include "sim/checkers/entries_whole.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

using nlohmann::json;

json EntryOf(const json& map, const std::string& fqdn) {
  return map.is_object() ? map.value(fqdn, json()) : json();
}

void CheckNew(const SecretWrite& write, const std::string& fqdn, const json& entry, Checker::Findings& findings) {
  const std::string username = entry.is_object() ? entry.value("username", "") : "";
  const bool is_made =
      std::ranges::any_of(write.run.made, [&username](const MadeAccount& made) { return made.username == username; });
  // Seen, not there: the Secret may have been deleted since, and comes back with what it held.
  const bool is_shared = std::ranges::any_of(write.run.seen_entries, [&](const auto& seen) {
    const bool is_source = seen.first == fqdn || std::ranges::binary_search(write.run.configured, seen.first);
    return is_source && seen.second == username;
  });
  if (!is_made && !is_shared) {
    findings.push_back(
        fmt::format("{} has got an account that this run has not made and no configured FQDN had", fqdn));
  }
  for (const MadeAccount& made : write.run.made) {
    if (username != made.username) continue;
    const json answer = json::parse(made.answer, nullptr, false);
    if (entry != answer) {
      findings.push_back(fmt::format("the new entry of {} is not what acme-dns has answered", fqdn));
    }
    if (answer.is_object() && answer.value("allowfrom", json::array()) != json(write.run.allow_from)) {
      findings.push_back(fmt::format("the account of {} is not for the networks that were configured", fqdn));
    }
  }
}

}  // namespace

void EntriesWhole::OnClientWrite(const SecretWrite& write, AcmeSite& /*acme*/, Findings& findings) {
  const SecretState before = ReadSecret(write.before);
  const SecretState after = ReadSecret(write.after);
  const json map_before = json::parse(before.text, nullptr, false);
  const json map_after = json::parse(after.text, nullptr, false);
  for (const auto& [fqdn, account] : before.accounts) {
    const bool is_others = !std::ranges::binary_search(write.run.configured, fqdn);
    if (before.form != SecretState::Form::kGood || !is_others || write.run.prune) continue;
    if (!after.accounts.contains(fqdn)) {
      findings.push_back(fmt::format("the entry of {}, which is not configured, is gone", fqdn));
    }
  }
  for (const auto& [fqdn, account] : after.accounts) {
    const json entry = EntryOf(map_after, fqdn);
    const auto old = before.accounts.find(fqdn);
    if (old == before.accounts.end() || old->second != account) {
      CheckNew(write, fqdn, entry, findings);
    } else if (EntryOf(map_before, fqdn) != entry) {
      findings.push_back(fmt::format("the entry of {} has the same account, and other members than before", fqdn));
    }
  }
}

}  // namespace sim
