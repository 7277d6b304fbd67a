// DNS questions over real sockets; ldns makes and reads the messages.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "effects/dns_resolver.h"
#include "effects/random.h"
#include "io/stop.h"

namespace client {

class LdnsResolver final : public DnsResolver {
 public:
  struct Options {
    std::string resolv_conf_path = "/etc/resolv.conf";  ///< where the system's resolvers are read, at first need
  };
  /// `stop` ends waits and `random` gives message ids; both must outlive the resolver.
  LdnsResolver(const Stop& stop, Random& random) : LdnsResolver(stop, random, Options{}) {}
  LdnsResolver(const Stop& stop, Random& random, Options options);

  /// One answer from the given server, or from the first of the system's resolvers that gives one. The datagram is
  /// sent again when half the time is over. Answers with another id, question or sender are ignored; letter case is
  /// not looked at. EDNS announces 1232 bytes and is left out when the server refuses it.
  Result<DnsAnswer> Ask(const DnsQuestion& question) override;

 private:
  Result<DnsAnswer> AskServer(const DnsQuestion& question, const std::string& server,
                              std::chrono::steady_clock::time_point end);
  Result<std::vector<std::string>> SystemServers();

  const Stop& stop_;
  Random& random_;
  Options options_;
  std::vector<std::string> system_servers_;
};

}  // namespace client
