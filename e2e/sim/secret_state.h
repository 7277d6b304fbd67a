// What a Secret holds, read the way cert-manager reads it: for checkers, people and the timeline.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "harness/cert_manager.h"

namespace sim {

struct SecretState {
  enum class Form : std::uint8_t {
    kAbsent,   ///< no Secret
    kEmpty,    ///< no acmedns.json in it
    kGood,     ///< cert-manager takes it
    kRefused,  ///< cert-manager refuses the map
  };
  Form form = Form::kAbsent;
  std::string text;     ///< acmedns.json as it is; a secret
  std::string problem;  ///< with kRefused: why
  /// With kGood all entries; with kRefused those that are well-formed, as far as they can be told.
  std::map<std::string, harness::AcmeDnsAccount> accounts;
};

/// `secret` null: absent.
SecretState ReadSecret(const nlohmann::json* secret);

/// "absent", "empty", "good", "refused".
std::string_view Name(SecretState::Form form);

}  // namespace sim
