// The shell around AcmeDns::AskDns: UDP and TCP sockets on one port. Over TCP it keeps to the habits of miekg/dns:
// queries of a connection are answered one after another, 128 at most, and an idle connection is closed.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "mock_acmedns/acme_dns.h"

namespace mock_acmedns {

class DnsServer {
 public:
  /// Answers one message. Called in the server's thread.
  using Handler = std::function<DnsExchange(std::string_view message, Transport transport)>;

  /// Binds `listen` (HOST:PORT; port 0 lets the system choose one that is free for both) and serves in a thread of its
  /// own. The error names the address.
  static std::expected<std::unique_ptr<DnsServer>, std::string> Start(const std::string& listen, Handler handler);
  ~DnsServer();

  /// "127.0.0.1:PORT".
  std::string address() const;
  std::uint16_t port() const;
  /// Closes all sockets and joins the thread. Idempotent.
  void Stop();

 private:
  class Impl;
  explicit DnsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mock_acmedns
