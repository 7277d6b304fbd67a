#include "selfreg/acmedns_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"
#include "mutant.h"

namespace client {
namespace {

/// Whether Go can decode `entry` into cert-manager's account: an object whose strings are strings, or null.
bool IsPoisoned(const nlohmann::json& entry) {
  if (entry.is_null()) return Has(Mutant::kRefusesNull);
  if (!entry.is_object()) return true;
  constexpr std::array<std::string_view, 5> kStrings{"fulldomain", "subdomain", "username", "password", "server_url"};
  for (const auto& [name, value] : entry.items()) {
    const auto matches = [&name = name](std::string_view known) { return EqualsIgnoringCase(name, known); };
    if (std::ranges::any_of(kStrings, matches) && !value.is_string() && !value.is_null()) return true;
  }
  return false;
}

}  // namespace

AcmednsJson AcmednsJson::Parse(const std::optional<SecretText>& text) {
  AcmednsJson result;
  if (!text || Trim(text->Reveal()).empty()) return result;
  const auto map = ParseJson(text->Reveal());
  if (!map) {
    result.problem_ = map.error().message;
    return result;
  }
  if (map->is_null()) return result;
  if (!map->is_object()) {
    result.problem_ = fmt::format("not a JSON object but {}", map->type_name());
    return result;
  }
  for (const auto& [fqdn, value] : map->items()) {
    Entry entry{.poisoned = IsPoisoned(value), .json_text = SecretText(DumpJson(value))};
    if (auto registration = Registration::FromEntry(value)) {
      entry.registration = *std::move(registration);
    } else {
      entry.problem = registration.error().message;
    }
    result.entries_.emplace(fqdn, std::move(entry));
  }
  return result;
}

const Registration* AcmednsJson::Find(std::string_view fqdn) const {
  const auto found = entries_.find(fqdn);
  // A poisoned entry may hold all we need (beside, say, a numeric server_url) and still be useless where it is.
  if (found == entries_.end() || !found->second.registration || found->second.poisoned) return nullptr;
  return &*found->second.registration;
}

std::string AcmednsJson::ProblemOf(std::string_view fqdn) const {
  const auto found = entries_.find(fqdn);
  if (found == entries_.end()) return {};
  if (found->second.poisoned && found->second.registration) return "a member has a type that cert-manager refuses";
  return found->second.problem;
}

bool AcmednsJson::Holds(const Registration& registration) const {
  return std::ranges::any_of(entries_, [&registration](const auto& item) {
    return item.second.registration && item.second.registration->SameAccount(registration);
  });
}

std::vector<std::string> AcmednsJson::Fqdns() const {
  const auto keys = std::views::keys(entries_);
  return {keys.begin(), keys.end()};
}

std::vector<std::string> AcmednsJson::PoisonedFqdns() const {
  std::vector<std::string> fqdns;
  for (const auto& [fqdn, entry] : entries_) {
    if (entry.poisoned) fqdns.push_back(fqdn);
  }
  return fqdns;
}

void AcmednsJson::Set(const std::string& fqdn, const Registration& registration) {
  entries_.insert_or_assign(
      fqdn, Entry{.registration = registration, .json_text = SecretText(DumpJson(registration.ToJson()))});
}

void AcmednsJson::Erase(std::string_view fqdn) {
  if (const auto found = entries_.find(fqdn); found != entries_.end()) entries_.erase(found);
}

SecretText AcmednsJson::Text() const {
  nlohmann::json map = nlohmann::json::object();
  for (const auto& [fqdn, entry] : entries_) {
    map[fqdn] = nlohmann::json::parse(entry.json_text.Reveal());
    if (Has(Mutant::kDropsMembers) && map[fqdn].is_object()) map[fqdn].erase("comment");
  }
  return SecretText(DumpJson(map));
}

}  // namespace client
