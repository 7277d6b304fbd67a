// What the decisions ask of DNS. dns/ implements it over DnsResolver; tests fake it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "error.h"

namespace client {

struct TxtExpectation {
  std::string fulldomain;
  std::string text;
  /// How long to keep asking until the text shows.
  std::chrono::milliseconds patience{30'000};
};

struct CnameExpectation {
  std::string fqdn;        ///< as in acmedns.json; `_acme-challenge.` is put before it
  std::string fulldomain;  ///< what the CNAME (or the last of a chain) must point to
};

enum class CnameState : std::uint8_t {
  kCorrect,
  kMissing,    ///< no CNAME record at _acme-challenge.<fqdn>
  kElsewhere,  ///< it points to another name
};

struct CnameAnswer {
  CnameState state = CnameState::kMissing;
  std::string target;  ///< where it points, without the final dot; empty when missing
};

class DnsVerifier {
 public:
  virtual ~DnsVerifier() = default;
  /// Returns once a TXT record of the fulldomain holds the text, asked of the zone's own servers (or the configured
  /// resolvers). kTemporary when it does not show in time or no server answers usefully, kMisconfigured for a resolver
  /// that can't be used, kCancelled. The message says who was asked and what came back.
  virtual Result<void> VerifyTxt(const TxtExpectation& expected) = 0;
  /// Looks the CNAME up once. Errors: kTemporary when DNS gives no useful answer (SERVFAIL, a loop), kMisconfigured,
  /// kCancelled.
  virtual Result<CnameAnswer> LookUpCname(const CnameExpectation& expected) = 0;
};

}  // namespace client
