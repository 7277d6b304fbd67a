// acme-dns has no way to delete accounts, so what is made for nothing stays for ever.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// Accounts made by a run are in the Secret at its end, but for those whose answer was lost, and for one where the run
/// was killed, failed, lost a race, or acme-dns's operator came between. Never more are saved than there were
/// accounts to replace, or one. None is made where all entries are there and none was rejected, nor by a run that has
/// no rights to save it.
class AccountsBounded final : public Checker {
 public:
  std::string_view Name() const override { return "accounts-bounded"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
