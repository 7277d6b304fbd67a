// What acme-dns's configuration file says, as far as it changes what clients see.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace mock_acmedns {

/// Credentials that guard /register, as a reverse proxy in front of acme-dns would.
struct BasicAuth {
  std::string user;
  std::string password;
};

struct Config {
  std::string domain = "auth.example.org";
  std::string nsname;   ///< name server in the SOA; empty: the domain
  std::string nsadmin;  ///< mailbox in the SOA as a name; empty: "admin." + the domain without its first label
  /// Static records in zone-file syntax, e.g. "auth.example.org. A 127.0.0.1". Empty: A 127.0.0.1 and NS for the
  /// domain.
  std::vector<std::string> records;
  std::optional<BasicAuth> basic_auth;
  bool disable_registration = false;
  /// Header that holds the client's address, e.g. X-Forwarded-For; empty: the connection's address counts.
  std::string use_header;

  /// A copy with the defaults filled in, names in lower case without a final dot. Fails, naming the member, when a
  /// name is no DNS name or the header no header name (members are named as the flags are). Zone checks the records.
  std::expected<Config, std::string> Complete() const;
};

}  // namespace mock_acmedns
