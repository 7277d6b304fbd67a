// What people read on standard output: the outcome of a run and the state of a Secret, in plain text.
#pragma once

#include <string>

#include "selfreg/outcome.h"
#include "selfreg/solver.h"
#include "selfreg/status.h"

namespace client {

/// One line per FQDN with what was done, then the CNAME records to set.
std::string OutcomeText(const Outcome& outcome);

/// A table with one row per FQDN.
std::string StatusText(const StatusReport& status);

/// SolverYaml()'s value as one line of JSON.
std::string SolverJson(const SolverOptions& options);

}  // namespace client
