// The one flow behind register, check and reregister: read the Secret, judge what it holds, plan, get what is missing,
// write, and begin again where somebody else was faster.
#pragma once

#include <cstdint>

#include "selfreg/options.h"
#include "selfreg/outcome.h"
#include "selfreg/run.h"

namespace client {

enum class Flow : std::uint8_t { kRegister, kCheck, kReregister };

/// Blocks until done. All failures are in the outcome and in the log.
///
/// The order that loses nothing: a registration is made, proven by an /update, written over exactly the version of the
/// Secret that was read, and then announced. Until the write the Secret keeps what it had. What a crash, a lost answer
/// or a lost race leave behind is an account at acme-dns that nobody uses, at most one for each POST /register.
Outcome Reconcile(Flow flow, const RunOptions& options, const RunServices& services);

}  // namespace client
