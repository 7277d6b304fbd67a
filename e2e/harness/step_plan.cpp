#include "harness/step_plan.h"

#include <utility>

namespace harness {

const char* Name(StepFault fault) {
  switch (fault) {
    case StepFault::kNone:
      return "none";
    case StepFault::kLostRequest:
      return "lost-request";
    case StepFault::kLostReply:
      return "lost-reply";
    case StepFault::kServerError:
      return "server-error";
    case StepFault::kErrorAfter:
      return "error-after-effect";
    case StepFault::kKillBefore:
      return "kill-before";
    case StepFault::kKillAfter:
      return "kill-after";
  }
  return "unknown";
}

StepFault StepPlan::Next(StepKind kind, std::string what) {
  last_ = {.number = next_++, .kind = kind, .what = std::move(what)};
  StepFault fault = StepFault::kNone;
  if (chooser_) {
    fault = chooser_(last_);
  } else if (const auto found = faults_.find(last_.number); found != faults_.end()) {
    fault = found->second;
  }
  if (fault != StepFault::kNone) ++fired_;
  return fault;
}

}  // namespace harness
