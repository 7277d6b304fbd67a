// Which DNS servers to ask, from their names as an operator or resolv.conf writes them to socket addresses.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"
#include "io/stop.h"

namespace client {

/// The `nameserver` lines of resolv.conf(5), in order.
std::vector<std::string> ParseResolvConf(std::string_view content);

struct DnsAddress {
  sockaddr_storage storage = {};
  socklen_t length = 0;
};

struct HostPort {
  std::string host;
  std::string port;
};

/// HOST, HOST:PORT, [IPV6]:PORT or IPV6; the port defaults to 53. nullopt for anything else.
std::optional<HostPort> SplitServer(std::string_view server);

/// The server's address. A name is looked up as programs of this machine do, in a thread that is left behind when the
/// time is over. kMisconfigured for malformed text, kTemporary when the name can't be looked up, kCancelled.
Result<DnsAddress> ResolveServer(const std::string& server, const Stop& stop,
                                 std::chrono::steady_clock::time_point end);

}  // namespace client
