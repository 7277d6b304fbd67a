// The parameter file of `acmedns-selfreg manifests`: acmeClients by name, validated with the path of what is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret_text.h"
#include "error.h"

namespace client {

/// One entry of acmeClients.
struct AcmeClientParams {
  std::string name;
  std::string endpoint;  ///< from NormaliseEndpoint()
  std::string username;  ///< empty: no basic auth
  SecretText password;
  /// In normal form and in the order of the file, wildcards kept ("*.apps.example.com"), duplicates left out.
  std::vector<std::string> fqdns;
};

/// The longest client name for which `acme-dns-<name>-register` and the CronJob `acme-dns-<name>-check` are valid: a
/// CronJob's name has at most 52 characters, because its Jobs' names add eleven.
inline constexpr std::size_t kClientNameLengthMax = 37;

/// The clients, sorted by name; null clients are left out. kMisconfigured, as `acmeClients.foo.fqdns[1]: what is
/// wrong`, and never repeating a password, for: no YAML in UTF-8, or more than one document of it; unknown or repeated
/// keys; a missing or wrong endpoint; username without password and the reverse; no FQDNs or such that are no DNS
/// names; client names that are no DNS labels or too long.
Result<std::vector<AcmeClientParams>> ParseParams(std::string_view text);

}  // namespace client
