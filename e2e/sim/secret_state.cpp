#include "sim/secret_state.h"

#include <nlohmann/json.hpp>

#include "harness/kube_fixture.h"

namespace sim {

SecretState ReadSecret(const nlohmann::json* secret) {
  using Form = SecretState::Form;
  SecretState state;
  if (secret == nullptr) return state;
  auto text = harness::DecodedValue(*secret, "acmedns.json");
  if (!text) {
    state.form = Form::kEmpty;
    return state;
  }
  state.text = std::move(*text);
  auto accounts = harness::ReadAsCertManager(state.text);
  if (accounts) {
    state.form = Form::kGood;
    state.accounts = std::move(*accounts);
    return state;
  }
  state.form = Form::kRefused;
  state.problem = std::move(accounts.error());
  const auto map = nlohmann::json::parse(state.text, nullptr, false);
  if (!map.is_object()) return state;
  for (const auto& [fqdn, entry] : map.items()) {
    auto single = harness::ReadAsCertManager(
        nlohmann::json{{fqdn, entry}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    if (single) state.accounts.merge(*single);
  }
  return state;
}

std::string_view Name(SecretState::Form form) {
  switch (form) {
    case SecretState::Form::kAbsent:
      return "absent";
    case SecretState::Form::kEmpty:
      return "empty";
    case SecretState::Form::kGood:
      return "good";
    case SecretState::Form::kRefused:
      return "refused";
  }
  return "";
}

}  // namespace sim
