// The two calls of acme-dns that the client makes, and what each possible answer means. One exchange per call: trying
// again is the caller's business, because it depends on what the answer is for.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "acmedns/registration.h"
#include "base/secret_text.h"
#include "effects/clock.h"
#include "effects/http_transport.h"
#include "error.h"

namespace client {

struct BasicAuth {
  std::string username;
  SecretText password;
};

struct AcmeDnsOptions {
  std::string endpoint;                 ///< from NormaliseEndpoint()
  std::optional<BasicAuth> basic_auth;  ///< sent to /register only
  std::vector<std::string> allow_from;  ///< CIDRs sent with /register; may be empty
};

/// What acme-dns says of a registration's credentials. Anything else is an Error.
enum class UpdateAnswer : std::uint8_t {
  kStored,     ///< 200, with the text in the answer
  kBadText,    ///< 400 bad_txt: the credentials are right, the text is not, and nothing was stored
  kForbidden,  ///< 401 forbidden: wrong key, unknown account, source address not in allowfrom, or a database error
};

/// Not for several threads. The references must outlive it. Neither errors nor anything else it returns as text
/// holds a password, a request header or a body.
///
/// Errors of both calls: kTemporary for no answer, 408, 425, 429 and 5xx (with retry_after where the answer has it)
/// and for answers that make no sense (another 2xx, no JSON, a 401 that is not acme-dns's); kMisconfigured for a
/// redirect (named by the host it points to), a 401 with WWW-Authenticate, 403, 404, 405 and 407 from what must be
/// something else than acme-dns; kRejected for another 4xx; kCancelled.
class AcmeDnsClient {
 public:
  AcmeDnsClient(HttpTransport& transport, Clock& clock, AcmeDnsOptions options);

  /// POST /register. Not idempotent: each call that reaches acme-dns makes an account, also when its answer is lost.
  /// Besides the errors above: kMalformed for an answer that is JSON but no registration (trying again would only
  /// leave more accounts behind); 400, bare 401, 403 and 404 (registration disabled) are kRejected.
  Result<Registration> Register(std::chrono::milliseconds timeout);

  /// POST /update: asks for `text` to be stored as the registration's TXT value. Idempotent, but acme-dns keeps the
  /// last two values only.
  Result<UpdateAnswer> Update(const Registration& registration, const std::string& text,
                              std::chrono::milliseconds timeout);

  const std::string& endpoint() const { return options_.endpoint; }
  bool restricts_sources() const { return !options_.allow_from.empty(); }

 private:
  HttpTransport& transport_;
  Clock& clock_;
  AcmeDnsOptions options_;
};

}  // namespace client
