#include "selfreg/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"

namespace client {
namespace {

using nlohmann::json;

const char* Name(Action action) {
  switch (action) {
    case Action::kKept:
      return "kept";
    case Action::kAdded:
      return "added";
    case Action::kRegistered:
      return "registered";
    case Action::kReregistered:
      return "reregistered";
    case Action::kAdopted:
      return "adopted";
  }
  return "";
}

const char* Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNotAsked:
      return "notAsked";
    case Verdict::kValid:
      return "valid";
    case Verdict::kRejected:
      return "rejected";
    case Verdict::kUnavailable:
      return "unavailable";
  }
  return "";
}

const char* Name(Stage stage) {
  switch (stage) {
    case Stage::kConfiguration:
      return "configuration";
    case Stage::kAcmeDns:
      return "acme-dns";
    case Stage::kRegistration:
      return "registration";
    case Stage::kKubernetes:
      return "kubernetes";
    case Stage::kVerification:
      return "verification";
  }
  return "";
}

json FqdnJson(const FqdnReport& report) {
  json object = {{"fqdn", report.fqdn}, {"action", Name(report.action)}, {"credentials", Name(report.verdict)}};
  if (!report.fulldomain.empty()) object["fulldomain"] = report.fulldomain;
  if (!report.previous_fulldomain.empty()) object["previousFulldomain"] = report.previous_fulldomain;
  if (report.txt != Seen::kNotAsked) object["txtSeen"] = report.txt == Seen::kYes;
  if (report.cname != Seen::kNotAsked) object["cnameCorrect"] = report.cname == Seen::kYes;
  return object;
}

/// The lists of a summary, the least telling first.
constexpr const char* kLists[] = {"warnings", "fqdns", "unusedAccounts", "records"};

/// `summary` with `kept` items of its list `name`, and the number of omitted ones.
json Cut(const json& summary, const char* name, std::size_t kept) {
  json cut = summary;
  json& list = cut[name];
  const std::size_t omitted = list.size() - kept;
  list.erase(list.begin() + static_cast<json::difference_type>(kept), list.end());
  if (list.empty()) cut.erase(name);
  if (omitted > 0) cut["omitted"] = cut.value("omitted", std::size_t{0}) + omitted;
  return cut;
}

}  // namespace

ExitCode ExitCodeFor(Stage stage, ErrorKind kind) {
  if (kind == ErrorKind::kMisconfigured) return ExitCode::kUsage;
  switch (stage) {
    case Stage::kConfiguration:
      return ExitCode::kUsage;
    case Stage::kAcmeDns:
      return ExitCode::kAcmeDnsUnavailable;
    case Stage::kRegistration:
      return kind == ErrorKind::kRejected ? ExitCode::kRegistrationRefused : ExitCode::kAcmeDnsUnavailable;
    case Stage::kKubernetes:
      return ExitCode::kKubernetesUnavailable;
    case Stage::kVerification:
      return ExitCode::kVerificationFailed;
  }
  return ExitCode::kUsage;
}

void Outcome::Fail(Stage stage, Error error) {
  if (failure && (failure->stage != Stage::kVerification || stage == Stage::kVerification)) return;
  failure = Failure{.stage = stage, .error = std::move(error)};
}

std::string CnameRecord(std::string_view fqdn, std::string_view fulldomain) {
  return fmt::format("_acme-challenge.{}. IN CNAME {}.", fqdn, fulldomain);
}

std::string SummaryJson(const Outcome& outcome, std::size_t bytes_max) {
  json summary = {{"command", outcome.command}, {"secret", outcome.secret}, {"exitCode", outcome.process_exit_code()}};
  if (outcome.failure) {
    const Error& error = outcome.failure->error;
    summary["error"] = {{"stage", Name(outcome.failure->stage)}, {"message", error.message}};
    if (error.http_status) summary["error"]["httpStatus"] = *error.http_status;
  }
  summary["fqdns"] = json::array();
  for (const FqdnReport& report : outcome.fqdns) summary["fqdns"].push_back(FqdnJson(report));
  summary["records"] = outcome.records;
  summary["unusedAccounts"] = outcome.unused;
  summary["warnings"] = outcome.warnings;

  const auto fits = [bytes_max](const json& value) { return DumpJson(value).size() <= bytes_max; };
  for (const char* name : kLists) {
    if (fits(summary)) break;
    if (!summary.contains(name)) continue;
    // Cut in halves rather than item by item: lists may be long.
    std::size_t kept = 0;
    for (std::size_t low = 0, high = summary[name].size(); low < high;) {
      const std::size_t middle = low + (high - low) / 2;
      if (fits(Cut(summary, name, middle))) {
        kept = middle;
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    summary = Cut(summary, name, kept);
  }
  if (!fits(summary) && summary.contains("error")) {
    summary["error"]["message"] = Printable(StringMember(summary["error"], "message"), 100);
  }
  return DumpJson(summary);
}

}  // namespace client
