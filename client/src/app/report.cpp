#include "app/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "kube/secret_store.h"

namespace client {
namespace {

std::string_view Words(Action action) {
  switch (action) {
    case Action::kKept:
      return "kept";
    case Action::kAdded:
      return "added to the registration of the others";
    case Action::kRegistered:
      return "registered";
    case Action::kReregistered:
      return "registered anew";
    case Action::kAdopted:
      break;
  }
  return "took the registration that another client made meanwhile";
}

std::string_view Words(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNotAsked:
      return {};
    case Verdict::kValid:
      return "valid";
    case Verdict::kRejected:
      return "rejected by acme-dns";
    case Verdict::kUnavailable:
      break;
  }
  return "acme-dns gave no answer";
}

std::string Notes(const FqdnReport& report) {
  std::string notes;
  const auto note = [&](std::string_view words) {
    if (!words.empty()) notes += fmt::format(", {}", words);
  };
  note(Words(report.verdict));
  if (report.txt != Seen::kNotAsked) note(report.txt == Seen::kYes ? "TXT seen in DNS" : "TXT not seen in DNS");
  if (report.cname != Seen::kNotAsked) note(report.cname == Seen::kYes ? "CNAME correct" : "CNAME not correct");
  return notes;
}

std::string_view StateWords(const StatusRow& row) {
  switch (row.state) {
    case EntryState::kWellFormed:
      return row.configured ? "registered" : "registered, not configured";
    case EntryState::kMalformed:
      return "malformed";
    case EntryState::kMissing:
      break;
  }
  return "missing";
}

std::string CnameWords(const StatusRow& row) {
  if (!row.cname_problem.empty()) return "unknown: " + row.cname_problem;
  if (!row.cname) return row.problem.empty() ? "-" : row.problem;
  switch (row.cname->state) {
    case CnameState::kCorrect:
      return "correct";
    case CnameState::kMissing:
      return "missing";
    case CnameState::kElsewhere:
      break;
  }
  return "points to " + row.cname->target;
}

std::string CredentialsWords(const StatusRow& row) {
  switch (row.verdict) {
    case Verdict::kNotAsked:
      return "-";
    case Verdict::kValid:
      return "valid";
    case Verdict::kRejected:
      return "rejected (asked once)";
    case Verdict::kUnavailable:
      break;
  }
  return "unknown: " + row.verdict_problem;
}

using TableRow = std::array<std::string, 5>;

std::string Table(const std::vector<TableRow>& rows) {
  std::array<std::size_t, std::tuple_size_v<TableRow>> widths = {};
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) text += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace

std::string OutcomeText(const Outcome& outcome) {
  std::string text;
  for (const FqdnReport& report : outcome.fqdns) {
    if (report.fulldomain.empty()) {
      text += fmt::format("{}: no registration\n", report.fqdn);
      continue;
    }
    text += fmt::format("{}: {} ({}{})\n", report.fqdn, report.fulldomain, Words(report.action), Notes(report));
  }
  if (!outcome.records.empty()) text += "\nRecords to set:\n";
  for (const std::string& record : outcome.records) text += record + "\n";
  return text;
}

std::string StatusText(const StatusReport& status) {
  std::string text = fmt::format("Secret {}{}\n", status.secret, status.exists ? "" : ": does not exist");
  if (!status.problem.empty()) text += fmt::format("acmedns.json: {}\n", status.problem);
  if (status.kept_unreadable) text += "A former, unreadable acmedns.json is kept under acmedns.json.unreadable.\n";
  if (status.rows.empty()) return text;
  std::vector<TableRow> rows = {{"FQDN", "STATE", "FULLDOMAIN", "CREDENTIALS", "CNAME"}};
  for (const StatusRow& row : status.rows) {
    rows.push_back({Printable(row.fqdn), std::string(StateWords(row)), row.fulldomain.empty() ? "-" : row.fulldomain,
                    CredentialsWords(row), CnameWords(row)});
  }
  text += "\n" + Table(rows);
  std::string records;
  for (const StatusRow& row : status.rows) {
    const bool to_set = row.configured && row.cname && row.cname->state != CnameState::kCorrect;
    if (to_set) records += row.record + "\n";
  }
  if (!records.empty()) text += "\nRecords to set:\n" + records;
  return text;
}

std::string SolverJson(const SolverOptions& options) {
  const nlohmann::ordered_json solver = {
      {"dns01",
       {{"acmeDNS",
         {{"host", options.endpoint},
          {"accountSecretRef", {{"name", options.secret_name}, {"key", kAcmednsJsonKey}}}}}}}};
  return nlohmann::ordered_json::array({solver}).dump() + "\n";
}

}  // namespace client
