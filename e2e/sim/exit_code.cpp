#include "sim/exit_code.h"

namespace sim {

SimExit Worst(const Report& report) {
  SimExit worst = SimExit::kHeld;
  for (const Violation& violation : report.violations) {
    if (violation.what == ViolationClass::kCrash) return SimExit::kCrash;
    if (violation.what == ViolationClass::kSafety) worst = SimExit::kSafety;
    if (violation.what == ViolationClass::kLiveness && worst == SimExit::kHeld) worst = SimExit::kLiveness;
  }
  return worst;
}

}  // namespace sim
