#include "selfreg/status.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "selfreg/acmedns_json.h"
#include "selfreg/outcome.h"

namespace client {
namespace {

using nlohmann::json;

StatusRow MakeRow(const std::string& fqdn, const AcmednsJson& map) {
  StatusRow row{.fqdn = fqdn};
  if (const Registration* registration = map.Find(fqdn)) {
    row.state = EntryState::kWellFormed;
    row.fulldomain = registration->fulldomain();
    row.allow_from = registration->allow_from();
    row.record = CnameRecord(fqdn, row.fulldomain);
  } else if (row.problem = map.ProblemOf(fqdn); !row.problem.empty()) {
    row.state = EntryState::kMalformed;
  }
  return row;
}

const char* Name(EntryState state) {
  switch (state) {
    case EntryState::kWellFormed:
      return "wellFormed";
    case EntryState::kMalformed:
      return "malformed";
    case EntryState::kMissing:
      return "missing";
  }
  return "";
}

const char* Name(CnameState state) {
  switch (state) {
    case CnameState::kCorrect:
      return "correct";
    case CnameState::kMissing:
      return "missing";
    case CnameState::kElsewhere:
      return "elsewhere";
  }
  return "";
}

/// What acme-dns says of each registration, asked once however many FQDNs share it.
Result<void> AskAcmeDns(std::vector<StatusRow>& rows, const AcmednsJson& map, const ProbeTools& tools) {
  std::map<std::string, Result<Verdict>> answers;
  for (StatusRow& row : rows) {
    const Registration* registration = map.Find(row.fqdn);
    if (registration == nullptr) continue;
    auto answer = answers.find(registration->username());
    if (answer == answers.end()) {
      answer = answers.emplace(registration->username(), AskNow(*registration, ProbeMode::kReadOnly, tools)).first;
    }
    const Result<Verdict>& verdict = answer->second;
    if (!verdict && verdict.error().kind == ErrorKind::kCancelled) return std::unexpected(verdict.error());
    row.verdict = verdict.value_or(Verdict::kUnavailable);
    if (!verdict) row.verdict_problem = verdict.error().message;
  }
  return {};
}

const char* CredentialsName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return "valid";
    case Verdict::kRejected:
      return "rejected";
    default:
      return "unknown";
  }
}

json RowJson(const StatusRow& row) {
  json object = {{"fqdn", row.fqdn}, {"configured", row.configured}, {"entry", Name(row.state)}};
  if (!row.problem.empty()) object["problem"] = row.problem;
  if (!row.fulldomain.empty()) {
    object["fulldomain"] = row.fulldomain;
    object["allowFrom"] = row.allow_from;
    object["record"] = row.record;
  }
  if (row.verdict != Verdict::kNotAsked) object["credentials"] = {{"state", CredentialsName(row.verdict)}};
  if (!row.verdict_problem.empty()) object["credentials"]["problem"] = row.verdict_problem;
  if (row.cname) {
    object["cname"] = {{"state", Name(row.cname->state)}};
    if (!row.cname->target.empty()) object["cname"]["target"] = row.cname->target;
  } else if (!row.cname_problem.empty()) {
    object["cname"] = {{"state", "unknown"}, {"problem", row.cname_problem}};
  }
  return object;
}

}  // namespace

bool StatusReport::complete() const {
  return std::ranges::all_of(
      rows, [](const StatusRow& row) { return !row.configured || row.state == EntryState::kWellFormed; });
}

Result<StatusReport> GatherStatus(const std::vector<std::string>& fqdns, SecretStore& secrets,
                                  const StatusSources& sources) {
  const auto view = secrets.Read();
  if (!view) return std::unexpected(view.error());
  const AcmednsJson map = AcmednsJson::Parse(view->acmedns_json);
  StatusReport status{.secret = secrets.secret().namespace_name + "/" + secrets.secret().name,
                      .exists = view->exists,
                      .problem = map.problem(),
                      .kept_unreadable = view->unreadable.has_value()};
  for (const std::string& fqdn : fqdns) {
    status.rows.push_back(MakeRow(fqdn, map));
    status.rows.back().configured = true;
  }
  for (const std::string& fqdn : map.Fqdns()) {
    if (std::ranges::find(fqdns, fqdn) == fqdns.end()) status.rows.push_back(MakeRow(fqdn, map));
  }
  if (sources.acmedns != nullptr) {
    if (auto asked = AskAcmeDns(status.rows, map, *sources.acmedns); !asked) return std::unexpected(asked.error());
  }
  for (StatusRow& row : status.rows) {
    if (sources.dns == nullptr || row.state != EntryState::kWellFormed) continue;
    if (auto cname = sources.dns->LookUpCname({.fqdn = row.fqdn, .fulldomain = row.fulldomain})) {
      row.cname = *std::move(cname);
    } else {
      if (cname.error().kind == ErrorKind::kCancelled) return std::unexpected(cname.error());
      row.cname_problem = cname.error().message;
    }
  }
  return status;
}

std::string StatusJson(const StatusReport& status) {
  json object = {{"secret", status.secret}, {"exists", status.exists}, {"complete", status.complete()}};
  if (!status.problem.empty()) object["problem"] = status.problem;
  if (status.kept_unreadable) object["keptUnreadable"] = true;
  object["fqdns"] = json::array();
  for (const StatusRow& row : status.rows) object["fqdns"].push_back(RowJson(row));
  return DumpJson(object);
}

}  // namespace client
