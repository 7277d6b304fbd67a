// One run of the real client in a cluster of a world: its effects, the faults before them, and the record of all it
// did.
#pragma once

#include <chrono>
#include <functional>

#include "harness/step_plan.h"
#include "harness/waiter.h"
#include "mock_http/clock.h"
#include "sim/acme_site.h"
#include "sim/checkers/checker.h"
#include "sim/cluster.h"
#include "sim/fault_board.h"
#include "sim/run_record.h"
#include "sim/trace.h"

namespace sim {

struct ClientRunParts {
  Cluster& cluster;
  AcmeSite& site;
  FaultBoard& board;
  const mock_http::VirtualClock& clock;
  harness::Waiter& waiter;
  Trace& trace;
  /// What one exchange with each takes.
  std::chrono::milliseconds acme_latency{5};
  std::chrono::milliseconds kube_latency{5};
  /// Called at each change of the Secret by the run, before anything else can happen.
  std::function<void(const SecretWrite&)> on_write;
};

/// Runs the command on the fiber of the caller to its end, or to where `plan` kills it. Fills `record`, which others
/// may look at and mark meanwhile. Lets no exception out.
void PlayClientRun(const ClientRunParts& parts, const client::Config& config, harness::StepPlan& plan,
                   RunRecord& record);

}  // namespace sim
