#include "sim/checkers/foreign_data.h"

#include <array>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

using nlohmann::json;

/// What the Secret holds besides the client's.
json Foreign(const json& secret) {
  json foreign = {{"type", secret.value("type", json())}, {"immutable", secret.value("immutable", json())}};
  json data = secret.contains("data") ? secret.at("data") : json::object();
  data.erase("acmedns.json");
  data.erase("acmedns.json.unreadable");
  foreign["data"] = std::move(data);
  for (const char* member : {"labels", "annotations", "ownerReferences", "finalizers", "uid"}) {
    foreign[member] = secret.at("metadata").value(member, json());
  }
  return foreign;
}

}  // namespace

void ForeignData::OnClientWrite(const SecretWrite& write, AcmeSite& /*acme*/, Findings& findings) {
  if (write.before == nullptr || write.after == nullptr) return;
  const json before = Foreign(*write.before);
  const json after = Foreign(*write.after);
  if (before == after) return;
  for (const auto& [member, value] : before.items()) {
    if (after.at(member) != value) findings.push_back("the client's write has changed others' " + member);
  }
}

}  // namespace sim
