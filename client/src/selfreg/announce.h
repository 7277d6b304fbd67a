// Telling people which CNAME records to set: nobody but a person (or what a person has set up) can do that.
#pragma once

#include <string>
#include <vector>

#include "effects/log.h"
#include "kube/events.h"
#include "kube/secret_store.h"
#include "selfreg/outcome.h"
#include "selfreg/plan.h"

namespace client {

/// For changes that the Secret `view` holds: a warning line per FQDN with the exact record, one Event on the Secret,
/// and the records in the outcome.
void Announce(const std::vector<Change>& changes, const SecretView& view, EventRecorder& events, Log& log,
              Outcome& outcome);

/// The same for what a former run has written into the Secret, but only where nobody has been told yet, as far as the
/// API server knows: Announce() names its Event after the write (SecretView::applied_at, and the fulldomains), and the
/// server takes each name once. Does nothing when that can't be asked.
void AnnounceUntold(const std::vector<Change>& changes, const SecretView& view, EventRecorder& events, Log& log,
                    Outcome& outcome);

/// For a write that has changed nothing for the configured FQDNs: an Event.
void AnnounceTidied(const Plan& plan, const SecretView& view, EventRecorder& events);

/// For changes of which it is not known whether the Secret holds them: warning lines, in the log and the outcome.
void AnnounceUncertain(const std::vector<Change>& changes, Log& log, Outcome& outcome);

}  // namespace client
