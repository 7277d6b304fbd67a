// Events, served as core/v1 and as events.k8s.io/v1 from one storage: rows of the table of kinds.
#pragma once

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// `type` is the schema of io.k8s.api.core.v1.Event: the form in which events are stored.
Kind CoreEventKind(const schema::Type* type);
/// `type` is the schema of io.k8s.api.events.v1.Event. Its objects are kept as core/v1 Events (Kind::storage).
Kind EventsEventKind(const schema::Type* type);

}  // namespace mock_kubeapi
