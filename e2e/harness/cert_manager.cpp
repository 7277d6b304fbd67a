#include "harness/cert_manager.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace harness {

std::expected<std::map<std::string, AcmeDnsAccount>, std::string> ReadAsCertManager(std::string_view acmedns_json) {
  const auto json = nlohmann::json::parse(acmedns_json, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return std::unexpected("acmedns.json is no JSON object");
  std::map<std::string, AcmeDnsAccount> accounts;
  for (const auto& [fqdn, entry] : json.items()) {
    if (!entry.is_object()) return std::unexpected(fmt::format("the entry of {} is no object", fqdn));
    AcmeDnsAccount account;
    for (const auto& [member, target] :
         {std::pair("username", &account.username), std::pair("password", &account.password),
          std::pair("fulldomain", &account.fulldomain), std::pair("subdomain", &account.subdomain)}) {
      const auto found = entry.find(member);
      if (found == entry.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) {
        return std::unexpected(fmt::format("the entry of {} has no {}", fqdn, member));
      }
      *target = found->get<std::string>();
    }
    if (entry.contains("allowfrom") && !entry["allowfrom"].is_array() && !entry["allowfrom"].is_null()) {
      return std::unexpected(fmt::format("the allowfrom of {} is no list", fqdn));
    }
    accounts.emplace(fqdn, std::move(account));
  }
  return accounts;
}

}  // namespace harness
