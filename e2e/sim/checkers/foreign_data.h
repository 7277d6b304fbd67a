// The Secret is shared with Argo CD and people.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// The client's writes change nothing but acmedns.json, acmedns.json.unreadable and the server's own fields.
class ForeignData final : public Checker {
 public:
  std::string_view Name() const override { return "foreign-data"; }
  void OnClientWrite(const SecretWrite& write, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
