// A new registration, proven to work before anybody relies on it.
#pragma once

#include <optional>
#include <string>

#include "acmedns/registration.h"
#include "selfreg/outcome.h"
#include "selfreg/probe.h"

namespace client {

struct NewRegistration {
  Registration registration;
  std::string stored_text;  ///< the text of the /update that proved it
};

struct NewRegistrationFailure {
  Failure failure;
  /// The account that was made and that can't be used.
  std::optional<std::string> unused_fulldomain;
};

/// POST /register, then one /update with the new credentials; each tried again within the retrier's budget. A lost
/// answer to POST /register leaves one account behind per try, which nobody can know of. Failures of the first are of
/// Stage::kRegistration, of the second of Stage::kAcmeDns.
std::expected<NewRegistration, NewRegistrationFailure> MakeRegistration(const ProbeTools& tools);

}  // namespace client
