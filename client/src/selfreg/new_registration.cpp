#include "selfreg/new_registration.h"

#include <fmt/format.h>

#include "mutant.h"

namespace client {
namespace {

using std::chrono::milliseconds;

/// One /update of a registration that can't be wrong: what says otherwise is not ready yet, or never will be.
Result<void> Prove(const Registration& registration, const std::string& text, const ProbeTools& tools) {
  AcmeDnsClient& acmedns = tools.acmedns;
  auto proven = tools.retrier.Run("proving the new registration", [&](milliseconds timeout) -> Result<void> {
    const auto answer = acmedns.Update(registration, text, timeout);
    if (!answer) return std::unexpected(answer.error());
    if (*answer == UpdateAnswer::kStored) return {};
    return std::unexpected(Error{
        .kind = *answer == UpdateAnswer::kForbidden ? ErrorKind::kTemporary : ErrorKind::kMalformed,
        .message =
            fmt::format("acme-dns at {} answers {} for the registration that it has just made", acmedns.endpoint(),
                        *answer == UpdateAnswer::kForbidden ? "401 forbidden" : "400 bad_txt"),
        .http_status = *answer == UpdateAnswer::kForbidden ? 401 : 400});
  });
  if (!proven && proven.error().http_status == 401 && acmedns.restricts_sources()) {
    proven.error().kind = ErrorKind::kMisconfigured;
    proven.error().message +=
        "; is this client's address, as acme-dns sees it, within --allow-from (ACME_DNS_ALLOWFROM)?";
  }
  return proven;
}

}  // namespace

std::expected<NewRegistration, NewRegistrationFailure> MakeRegistration(const ProbeTools& tools) {
  auto registration = tools.retrier.Run("registering at acme-dns",
                                        [&tools](milliseconds timeout) { return tools.acmedns.Register(timeout); });
  if (!registration) {
    return std::unexpected(NewRegistrationFailure{
        .failure = {.stage = Stage::kRegistration, .error = registration.error()}, .unused_fulldomain = {}});
  }
  std::string text = RandomText(tools.random);
  if (Has(Mutant::kSkipsProof) || Has(Mutant::kProvesAfterWriting)) {
    return NewRegistration{.registration = *std::move(registration), .stored_text = {}};
  }
  if (const auto proven = Prove(*registration, text, tools); !proven) {
    return std::unexpected(NewRegistrationFailure{.failure = {.stage = Stage::kAcmeDns, .error = proven.error()},
                                                  .unused_fulldomain = registration->fulldomain()});
  }
  return NewRegistration{.registration = *std::move(registration), .stored_text = std::move(text)};
}

}  // namespace client
