// What the mock adds to the control endpoint: accounts, the database's state and backups, DNS faults and history.
#pragma once

#include "mock_acmedns/acme_dns.h"
#include "mock_http/control.h"

namespace mock_acmedns {

/// Adds the routes (README lists them) to `control`. `acme` must outlive it.
void AddControlRoutes(AcmeDns& acme, mock_http::ControlService& control);

}  // namespace mock_acmedns
