// The rules for Events in their stored form (core/v1), whichever group they came through.
// Source: pkg/apis/core/validation/events.go (release 1.26).
#pragma once

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// What holds for every Event, and all that does for those of core/v1.
FieldErrors ValidateCoreEvent(const Json& event);
/// A new Event that came through events.k8s.io/v1.
FieldErrors ValidateNewEvent(const Json& event);
/// A change that came through events.k8s.io/v1.
FieldErrors ValidateChangedEvent(const Json& event, const Json& old);

}  // namespace mock_kubeapi
