// An invariant, judged from outside: checkers see what the world saw and never what the client thinks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/acme_site.h"
#include "sim/report.h"
#include "sim/run_record.h"

namespace sim {

/// One change of the Secret by the client, looked at before anything else can happen. Null: there was, is, none.
struct SecretWrite {
  const RunRecord& run;
  const nlohmann::json* before = nullptr;
  const nlohmann::json* after = nullptr;
};

/// The check after all faults have stopped.
struct Recovery {
  const RunRecord& run;
  const std::vector<std::string>& fqdns;
  /// Targets by FQDN: what people have set, and what the check has told them to.
  const std::map<std::string, std::string>& cnames;
};

class Checker {
 public:
  /// What is wrong, one message each; never a secret.
  using Findings = std::vector<std::string>;

  virtual ~Checker() = default;
  /// "credentials-kept".
  virtual std::string_view Name() const = 0;
  virtual ViolationClass Class() const { return ViolationClass::kSafety; }

  virtual void OnClientWrite(const SecretWrite& /*write*/, AcmeSite& /*acme*/, Findings& /*findings*/) {}
  virtual void OnRunEnd(const RunRecord& /*run*/, AcmeSite& /*acme*/, Findings& /*findings*/) {}
  virtual void OnRecovery(const Recovery& /*recovery*/, AcmeSite& /*acme*/, Findings& /*findings*/) {}
};

/// Every checker of single worlds. "sometimes" looks at whole campaigns and stands apart.
std::vector<std::unique_ptr<Checker>> AllCheckers();

}  // namespace sim
