#include "sim/checkers/no_secret_in_output.h"

#include <fmt/format.h>

#include <set>

#include "harness/kube_fixture.h"

namespace sim {

void NoSecretInOutput::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  std::set<std::string> secrets(run.own_secrets.begin(), run.own_secrets.end());
  for (const MadeAccount& made : run.made) secrets.insert(made.password);
  for (const SecretState* state : {&run.before, &run.after}) {
    for (const auto& [fqdn, account] : state->accounts) secrets.insert(account.password);
  }
  struct Output {
    std::string_view where;
    std::string_view text;
  };
  std::vector<Output> outputs = {{"the log", run.log}};
  if (run.result) {
    outputs.push_back({"the standard output", run.result->output});
    outputs.push_back({"the termination message", run.result->termination_message});
  }
  for (const std::string& body : run.event_bodies) outputs.push_back({"an Event", body});
  for (const std::string& secret : secrets) {
    if (secret.size() < 8) continue;  // a person's half-edited password of three letters is in every text
    const std::string encoded = harness::Base64(secret);
    for (const auto& [where, text] : outputs) {
      if (text.find(secret) != std::string_view::npos) findings.push_back(fmt::format("{} shows a secret", where));
      if (text.find(encoded) != std::string_view::npos) {
        findings.push_back(fmt::format("{} shows a secret in base64", where));
      }
    }
  }
}

}  // namespace sim
