// What the client can't read, a person may: it is replaced, and not thrown away.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// An acmedns.json that is no JSON object is, when the client replaces it, under acmedns.json.unreadable.
class UnreadableKept final : public Checker {
 public:
  std::string_view Name() const override { return "unreadable-kept"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
