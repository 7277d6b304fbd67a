// What cert-manager makes of an acmedns.json, written apart from the client's own reading on purpose.
// Source: cert-manager's acmedns issuer, which unmarshals the whole key into a map of FQDN to goacmedns.Account and
// looks the name up exactly. Go's rules: one member of a wrong type makes it refuse all; members that are missing or
// null are empty texts, names match without regard to case, what the struct lacks is passed over.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace harness {

struct AcmeDnsAccount {
  std::string username;
  std::string password;
  std::string fulldomain;
  std::string subdomain;
  bool operator==(const AcmeDnsAccount&) const = default;
  /// Nothing is missing that an update needs.
  bool Complete() const { return !username.empty() && !password.empty() && !fulldomain.empty() && !subdomain.empty(); }
};

/// The accounts, complete or not, or why cert-manager would refuse the map.
std::expected<std::map<std::string, AcmeDnsAccount>, std::string> ReadAsCertManager(std::string_view acmedns_json);

}  // namespace harness
