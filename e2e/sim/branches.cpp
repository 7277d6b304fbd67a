#include "sim/branches.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sim {

void CountBranches(const RunRecord& run, std::map<std::string, std::uint64_t>& counts) {
  const std::string_view command = client::CommandName(run.command);
  if (run.before.form != SecretState::Form::kGood)
    ++counts[fmt::format("{}: Secret {}", command, Name(run.before.form))];
  if (!run.result) return;
  if (run.command == client::Command::kCheck && run.exit_code() == 0 && run.client_writes == 0 && run.made.empty() &&
      !run.meddled && !run.overlapped) {
    // By far the most runs; the summary says the same at a greater length.
    ++counts["check: kept, valid"];
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
    ++counts[fmt::format("{}: failed at {}", command, summary.at("error").value("stage", "?"))];
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
      "check: kept, rejected",
      "check: kept, unavailable",
      "check: added, valid",
      "check: registered, valid",
      "check: reregistered, valid",
      "check: adopted, valid",
      "check: conflict",
      "check: account left unused",
      "check: rejected, then accepted again",
      "check: failed at acme-dns",
      "check: failed at registration",
      "check: failed at kubernetes",
      "check: failed at verification",
      "register: Secret absent",
      "register: Secret empty",
      "register: Secret refused",
      "register: kept, notAsked",
      "register: registered, valid",
      "register: failed at kubernetes",
      "reregister: reregistered, valid",
      "reregister: failed at kubernetes",
  };
  return kBranches;
}

}  // namespace sim
