// A server in trouble is not helped by a client that asks again at once.
#pragma once

#include "sim/checkers/checker.h"

namespace sim {

/// After a failure the same request comes again only after a wait, and not before the time that Retry-After asks for.
/// Full jitter may draw a wait of nothing once or twice; not three times in one run.
class BacksOff final : public Checker {
 public:
  std::string_view Name() const override { return "backs-off"; }
  void OnRunEnd(const RunRecord& run, AcmeSite& acme, Findings& findings) override;
};

}  // namespace sim
