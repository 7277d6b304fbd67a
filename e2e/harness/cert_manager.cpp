#include "harness/cert_manager.h"

#include <fmt/format.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "mock_http/http_message.h"

namespace harness {

namespace {

using nlohmann::json;

/// Go's decoder into a struct of texts; the error is what it would refuse.
std::expected<AcmeDnsAccount, std::string> DecodeAccount(const json& entry) {
  AcmeDnsAccount account;
  if (entry.is_null()) return account;
  if (!entry.is_object()) return std::unexpected("is no object");
  std::string server_url;
  for (const auto& [name, value] : entry.items()) {
    for (const auto& [member, target] :
         {std::pair("fulldomain", &account.fulldomain), std::pair("subdomain", &account.subdomain),
          std::pair("username", &account.username), std::pair("password", &account.password),
          std::pair("server_url", &server_url)}) {
      if (!mock_http::EqualsIgnoringCase(name, member) || value.is_null()) continue;
      if (!value.is_string()) return std::unexpected(fmt::format("has a {} that is no text", member));
      *target = value.get<std::string>();
    }
  }
  return account;
}

}  // namespace

std::expected<std::map<std::string, AcmeDnsAccount>, std::string> ReadAsCertManager(std::string_view acmedns_json) {
  const auto map = json::parse(acmedns_json, nullptr, false);
  std::map<std::string, AcmeDnsAccount> accounts;
  if (map.is_null()) return accounts;
  if (!map.is_object()) return std::unexpected("acmedns.json is no JSON object");
  for (const auto& [fqdn, entry] : map.items()) {
    auto account = DecodeAccount(entry);
    if (!account) return std::unexpected(fmt::format("the entry of {} {}", fqdn, account.error()));
    accounts.emplace(fqdn, *std::move(account));
  }
  return accounts;
}

}  // namespace harness
