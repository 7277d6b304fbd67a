#include "sim/checkers/unreadable_kept.h"

#include <string>

#include <nlohmann/json.hpp>

#include "harness/kube_fixture.h"

namespace sim {

void UnreadableKept::OnClientWrite(const SecretWrite& write, AcmeSite& /*acme*/, Findings& findings) {
  const SecretState before = ReadSecret(write.before);
  if (before.form != SecretState::Form::kRefused) return;
  const bool is_blank = before.text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (is_blank || nlohmann::json::parse(before.text, nullptr, false).is_object()) return;
  if (write.after == nullptr || before.text == ReadSecret(write.after).text) return;
  if (harness::DecodedValue(*write.after, "acmedns.json.unreadable") == before.text) return;
  findings.push_back("an acmedns.json that can't be read is replaced and not kept");
}

}  // namespace sim
