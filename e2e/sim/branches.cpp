#include "sim/branches.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

/// The row of the README's decision table, for a check that acme-dns's answer has made fail.
std::string AnswerThatDecided(int status, const RunRecord& run) {
  if (status == 401) return run.exit_code() == 2 ? "a proxy's 401" : "a 401 that was not confirmed";
  if (status == 403) return "a proxy's 403";
  if (status >= 300 && status <= 399) return "a redirect";
  if (status == 429) return "429 to the end";
  if (status >= 500) return "5xx to the end";
  return status == 0 ? "no answer to the end" : "no sense to the end";
}

}  // namespace

void CountBranches(const RunRecord& run, std::map<std::string, std::uint64_t>& counts) {
  const std::string_view command = client::CommandName(run.command);
  if (run.before.form != SecretState::Form::kGood)
    ++counts[fmt::format("{}: Secret {}", command, Name(run.before.form))];
  if (!run.result) return;
  if (run.command == client::Command::kCheck && run.exit_code() == 0 && run.client_writes == 0 && run.made.empty() &&
      !run.meddled && !run.overlapped) {
    // By far the most runs; the summary says the same at a greater length.
    ++counts["check: kept, valid"];
    if (run.failures > 0) ++counts["check: kept, valid after another try"];
    return;
  }
  if (run.conflicted) ++counts[fmt::format("{}: conflict", command)];
  const auto summary = nlohmann::json::parse(run.result->output, nullptr, false);
  if (!summary.is_object()) return;
  for (const auto& fqdn : summary.value("fqdns", nlohmann::json::array())) {
    ++counts[fmt::format("{}: {}, {}", command, fqdn.value("action", "?"), fqdn.value("credentials", "?"))];
  }
  if (!summary["unusedAccounts"].empty()) ++counts[fmt::format("{}: account left unused", command)];
  if (summary.contains("error")) {
    const std::string stage = summary.at("error").value("stage", "?");
    ++counts[fmt::format("{}: failed at {}", command, stage)];
    if (stage == "acme-dns") {
      ++counts[fmt::format("{}: {}", command, AnswerThatDecided(summary["error"].value("httpStatus", 0), run))];
    }
  }
  if (run.log.find("(--reregister-on failure)") != std::string::npos) {
    ++counts[fmt::format("{}: a failure taken for a rejection", command)];
  }
  if (run.prune && run.client_writes > 0 && run.after.accounts.size() < run.before.accounts.size()) {
    ++counts[fmt::format("{}: pruned", command)];
  }
  if (run.log.find("accepts the old registration again") != std::string::npos) {
    ++counts[fmt::format("{}: rejected, then accepted again", command)];
  }
}

const std::vector<std::string>& ExpectedBranches() {
  static const std::vector<std::string> kBranches = {
      "check: Secret absent",
      "check: Secret empty",
      "check: Secret refused",
      "check: kept, valid",
      "check: kept, valid after another try",
      "check: kept, rejected",
      "check: kept, unavailable",
      "check: added, valid",
      "check: registered, valid",
      "check: reregistered, valid",
      "check: adopted, valid",
      "check: conflict",
      "check: account left unused",
      "check: rejected, then accepted again",
      "check: a failure taken for a rejection",
      "check: pruned",
      "check: a proxy's 401",
      "check: a 401 that was not confirmed",
      "check: a proxy's 403",
      "check: a redirect",
      "check: 429 to the end",
      "check: 5xx to the end",
      "check: no answer to the end",
      "check: no sense to the end",
      "check: failed at acme-dns",
      "check: failed at registration",
      "check: failed at kubernetes",
      "check: failed at verification",
      "register: Secret absent",
      "register: Secret empty",
      "register: Secret refused",
      "register: kept, notAsked",
      "register: added, notAsked",
      "register: registered, valid",
      "register: failed at kubernetes",
      "reregister: reregistered, valid",
      "reregister: failed at kubernetes",
  };
  return kBranches;
}

}  // namespace sim
