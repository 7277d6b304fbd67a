#include "mock_acmedns/control_routes.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_acmedns/dns_message.h"
#include "mock_http/json_reader.h"

namespace mock_acmedns {
namespace {

using mock_http::ControlError;
using mock_http::ControlReply;
using mock_http::ControlService;
using nlohmann::json;
using Parameters = ControlService::Parameters;

constexpr std::array<std::pair<DatabaseState, std::string_view>, 3> kStates = {
    {{DatabaseState::kUp, "up"}, {DatabaseState::kReadOnly, "read-only"}, {DatabaseState::kDown, "down"}}};

ControlReply Answer(const json& value, int status = 200) {
  return {.status = status, .json_body = value.dump(-1, ' ', false, json::error_handler_t::replace)};
}

ControlReply NoAccount(std::string_view name) {
  return ControlError(404, fmt::format("no account has the username or subdomain \"{}\"", name));
}

json AccountJson(const Account& account, const Config& config) {
  const std::string subdomain = account.subdomain.Text();
  return {{"username", account.username.Text()},
          {"subdomain", subdomain},
          {"fulldomain", subdomain + "." + config.domain},
          {"allowfrom", account.allow_from},
          {"txt", account.values},
          {"updated", account.updated_seconds},
          {"updates", account.updates},
          {"registered", mock_http::FormatRfc3339(account.registered)}};
}

/// The "how" of an invalidation. The error is for the caller.
std::expected<bool, std::string> WantsDeletion(const json& body) {
  if (body.is_null()) return true;
  mock_http::JsonReader reader(body, "");
  std::string how = "delete";
  reader.Read("how", how);
  if (how != "delete" && how != "password") reader.Complain("how", "must be \"delete\" or \"password\"");
  if (std::string error = reader.Finish(); !error.empty()) return std::unexpected(std::move(error));
  return how == "delete";
}

void Invalidate(Database& database, const Uuid& username, bool deletes) {
  if (deletes) {
    database.Delete(username);
  } else {
    database.ChangePassword(username);
  }
}

void AddAccountRoutes(AcmeDns& acme, ControlService& control) {
  control.AddRoute("GET", "/accounts", "the accounts, oldest first, without passwords",
                   [&acme](const Parameters&, const json&) {
                     json list = json::array();
                     for (const Account* account : acme.database().Accounts()) {
                       list.push_back(AccountJson(*account, acme.config()));
                     }
                     return Answer(list);
                   });
  control.AddRoute("GET", "/accounts/{name}", "one account, by username, subdomain or full domain",
                   [&acme](const Parameters& parameters, const json&) {
                     const Account* account = acme.database().Find(parameters.at(0));
                     return account == nullptr ? NoAccount(parameters.at(0))
                                               : Answer(AccountJson(*account, acme.config()));
                   });
  control.AddRoute("POST", "/accounts/{name}/invalidate",
                   "{\"how\": \"delete\" | \"password\"}: its credentials stop working; deletes by default",
                   [&acme](const Parameters& parameters, const json& body) {
                     const auto deletes = WantsDeletion(body);
                     if (!deletes) return ControlError(400, deletes.error());
                     const Account* account = acme.database().Find(parameters.at(0));
                     if (account == nullptr) return NoAccount(parameters.at(0));
                     Invalidate(acme.database(), Uuid(account->username), *deletes);
                     return Answer({{"invalidated", 1}});
                   });
  control.AddRoute("POST", "/accounts/invalidate", "the same for every account",
                   [&acme](const Parameters&, const json& body) {
                     const auto deletes = WantsDeletion(body);
                     if (!deletes) return ControlError(400, deletes.error());
                     std::vector<Uuid> names;
                     for (const Account* account : acme.database().Accounts()) names.push_back(account->username);
                     for (const Uuid& name : names) Invalidate(acme.database(), name, *deletes);
                     return Answer({{"invalidated", names.size()}});
                   });
}

json DatabaseJson(const Database& database) {
  json result = {{"accounts", database.size()}, {"registrations", database.registrations()}};
  for (const auto& [state, name] : kStates) {
    if (state == database.state()) result["state"] = name;
  }
  return result;
}

void AddDatabaseRoutes(AcmeDns& acme, ControlService& control) {
  control.AddRoute("GET", "/database", "its state, accounts, and registrations ever made",
                   [&acme](const Parameters&, const json&) { return Answer(DatabaseJson(acme.database())); });
  control.AddRoute("PUT", "/database", "{\"state\": \"up\" | \"read-only\" | \"down\"}: how well it works",
                   [&acme](const Parameters&, const json& body) {
                     mock_http::JsonReader reader(body, "");
                     std::string wanted;
                     reader.Read("state", wanted);
                     std::optional<DatabaseState> found;
                     for (const auto& [state, name] : kStates) {
                       if (name == wanted) found = state;
                     }
                     if (!found) reader.Complain("state", "must be \"up\", \"read-only\" or \"down\"");
                     if (const std::string error = reader.Finish(); !error.empty()) return ControlError(400, error);
                     acme.database().SetState(*found);
                     return Answer(DatabaseJson(acme.database()));
                   });
  control.AddRoute("PUT", "/backups/{id}", "keep a copy of the database under that id",
                   [&acme](const Parameters& parameters, const json&) {
                     auto& backup = acme.backups()[parameters.at(0)];
                     backup = acme.database().Backup();
                     return Answer({{"id", parameters.at(0)}, {"accounts", backup.size()}});
                   });
  control.AddRoute("GET", "/backups", "the copies", [&acme](const Parameters&, const json&) {
    json list = json::array();
    for (const auto& [id, accounts] : acme.backups()) list.push_back({{"id", id}, {"accounts", accounts.size()}});
    return Answer(list);
  });
  control.AddRoute("POST", "/backups/{id}/restore", "put that copy in place of the database",
                   [&acme](const Parameters& parameters, const json&) {
                     const auto found = acme.backups().find(parameters.at(0));
                     if (found == acme.backups().end()) {
                       return ControlError(404, fmt::format("no backup has the id \"{}\"", parameters.at(0)));
                     }
                     acme.database().Restore(found->second);
                     return Answer(DatabaseJson(acme.database()));
                   });
}

json HistoryJson(const DnsHistoryEntry& entry) {
  json item = {{"number", entry.number},
               {"time", mock_http::FormatRfc3339Micro(entry.time)},
               {"name", entry.name},
               {"type", entry.type},
               {"transport", entry.transport == Transport::kUdp ? "udp" : "tcp"},
               {"rcode", entry.rcode ? json(RcodeName(*entry.rcode)) : json()},
               {"answers", entry.answers}};
  if (!entry.fault_id.empty()) item["fault"] = entry.fault_id;
  return item;
}

void AddDnsRoutes(AcmeDns& acme, ControlService& control) {
  control.AddRoute("GET", "/dns/history", "the DNS queries so far, oldest first",
                   [&acme](const Parameters&, const json&) {
                     json list = json::array();
                     for (const DnsHistoryEntry& entry : acme.dns_history()) list.push_back(HistoryJson(entry));
                     return Answer(list);
                   });
  control.AddRoute("DELETE", "/dns/history", "forget the DNS queries so far",
                   [&acme](const Parameters&, const json&) -> ControlReply {
                     acme.dns_history().clear();
                     return {};
                   });
  control.AddRoute("GET", "/dns/faults", "the DNS faults in force, with how often each was seen and fired",
                   [&acme](const Parameters&, const json&) { return Answer(acme.dns_faults().ToJson()); });
  control.AddRoute("DELETE", "/dns/faults", "remove every DNS fault",
                   [&acme](const Parameters&, const json&) -> ControlReply {
                     acme.dns_faults().Clear();
                     return {};
                   });
  const auto put = [&acme](std::optional<std::string> id, const json& body) {
    auto fault = DnsFaultFromJson(body);
    if (!fault) return ControlError(400, fault.error());
    if (id && !fault->id.empty() && fault->id != *id) return ControlError(400, "id must be the one in the path");
    if (id) fault->id = *id;
    return Answer({{"id", acme.dns_faults().Put(std::move(*fault))}}, 201);
  };
  control.AddRoute("POST", "/dns/faults", "add a DNS fault; answers its id",
                   [put](const Parameters&, const json& body) { return put(std::nullopt, body); });
  control.AddRoute("PUT", "/dns/faults/{id}", "add or replace the DNS fault of that id",
                   [put](const Parameters& parameters, const json& body) { return put(parameters.at(0), body); });
  control.AddRoute("DELETE", "/dns/faults/{id}", "remove one DNS fault",
                   [&acme](const Parameters& parameters, const json&) {
                     if (acme.dns_faults().Remove(parameters.at(0))) return ControlReply{};
                     return ControlError(404, fmt::format("no DNS fault has the id \"{}\"", parameters.at(0)));
                   });
}

}  // namespace

void AddControlRoutes(AcmeDns& acme, mock_http::ControlService& control) {
  AddAccountRoutes(acme, control);
  AddDatabaseRoutes(acme, control);
  AddDnsRoutes(acme, control);
}

}  // namespace mock_acmedns
