#include "sim/checkers/summary_true.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

using nlohmann::json;

/// Kubernetes keeps no more of a termination message.
constexpr std::size_t kTerminationBytesMax = 4096;
constexpr std::string_view kToSet = "CNAME record to set: ";

void CheckSummary(const RunRecord& run, std::string_view where, const std::string& text, Checker::Findings& findings) {
  const auto find = [&](std::string_view what) { findings.push_back(fmt::format("{} {}", where, what)); };
  const json summary = json::parse(text, nullptr, false);
  if (!summary.is_object()) return find("is no JSON object");
  if (summary.value("exitCode", json()) != run.exit_code()) find("names another exit code");
  const bool has_error = summary.contains("error") && !summary["error"].value("message", "").empty();
  if (has_error != (run.exit_code() != 0)) find(has_error ? "names an error of a run that is done" : "names no error");
  const bool is_known = run.log.find("it is not known whether the Secret was written") == std::string::npos;
  if (!run.undisturbed() || !is_known) return;
  for (const json& item : summary.value("fqdns", json::array())) {
    const auto now = run.after.accounts.find(item.value("fqdn", ""));
    const std::string fulldomain = now == run.after.accounts.end() ? std::string() : now->second.fulldomain;
    const bool is_usable = now != run.after.accounts.end() && now->second.Complete();
    if (is_usable && item.value("fulldomain", "") != fulldomain) find("names another fulldomain than the Secret has");
  }
}

/// What people are told to set without an "if".
void CheckRecords(const RunRecord& run, Checker::Findings& findings) {
  for (std::size_t at = run.log.find(kToSet); at != std::string::npos; at = run.log.find(kToSet, at + 1)) {
    const std::string_view line = std::string_view(run.log).substr(at, run.log.find('\n', at) - at);
    for (const auto& [fqdn, target] : CnamesIn(line)) {
      if (run.seen_targets.contains({fqdn, target})) continue;
      findings.push_back(fmt::format("the log wants {} to point to {}, which the Secret did not hold", fqdn, target));
    }
  }
}

}  // namespace

void SummaryTrue::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  CheckRecords(run, findings);
  if (!run.result) return;
  CheckSummary(run, "the termination message", run.result->termination_message, findings);
  CheckSummary(run, "the standard output", run.result->output, findings);
  if (run.result->termination_message.size() > kTerminationBytesMax) {
    findings.push_back(fmt::format("the termination message has {} bytes", run.result->termination_message.size()));
  }
}

}  // namespace sim
