// An acme-dns to test against: HTTP, DNS and the control endpoint on real sockets, in this process.
//
//   auto mock = MockAcmeDns::Start({}).value();
//   … let the program under test talk to mock->BaseUrl() and mock->DnsAddress() …
//   EXPECT_EQ(mock->Locked([](AcmeDns& acme) { return acme.database().size(); }), 1);
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "mock_acmedns/acme_dns.h"
#include "mock_http/clock.h"
#include "mock_http/random.h"

namespace mock_acmedns {

struct MockAcmeDnsOptions {
  Config config;
  std::string http_listen = "127.0.0.1:0";
  std::string dns_listen = "127.0.0.1:0";            ///< one port for UDP and TCP
  std::optional<std::string> control_listen;         ///< absent: no control endpoint
  bool tls = false;                                  ///< HTTPS with a certificate from a CA made for this server
  mock_http::VirtualClock* virtual_clock = nullptr;  ///< must outlive the mock; absent: the machine's clock
  std::optional<std::uint64_t> seed;                 ///< for names and passwords; absent: the system's randomness
};

class MockAcmeDns {
 public:
  /// Binds and serves in threads of its own until destroyed. Fails, naming the option, when something is wrong.
  static std::expected<std::unique_ptr<MockAcmeDns>, std::string> Start(const MockAcmeDnsOptions& options);
  ~MockAcmeDns();

  std::string BaseUrl() const;     ///< "http://127.0.0.1:PORT", without a final slash
  std::string DnsAddress() const;  ///< "127.0.0.1:PORT", UDP and TCP
  std::uint16_t dns_port() const;
  std::uint16_t http_port() const;
  /// Empty without a control endpoint.
  std::string ControlUrl() const;
  /// PEM of the CA that signed the server's certificate; empty without TLS.
  const std::string& ca_certificate() const;

  /// Runs `work(AcmeDns&)` while no request is served: the way to look at and change accounts, faults and history.
  template <class Work>
  decltype(auto) Locked(Work&& work) {
    return acme().endpoint().Locked(
        [&](mock_http::Endpoint&) -> decltype(auto) { return std::forward<Work>(work)(acme()); });
  }
  AcmeDns& acme();

  /// Stops serving gracefully. Idempotent.
  void Stop();

 private:
  struct Parts;
  explicit MockAcmeDns(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mock_acmedns
