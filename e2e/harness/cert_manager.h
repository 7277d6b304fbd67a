// What cert-manager makes of an acmedns.json, written apart from the client's own reading on purpose.
// Source: cert-manager's acmedns issuer, which unmarshals the whole key into a map of FQDN to account and looks the
// name up exactly; one entry that does not fit makes it refuse all.
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
};

/// The accounts, or why cert-manager would refuse the map.
std::expected<std::map<std::string, AcmeDnsAccount>, std::string> ReadAsCertManager(std::string_view acmedns_json);

}  // namespace harness
