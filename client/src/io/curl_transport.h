// HTTP over libcurl: verified TLS, proxies as configured and nothing from the environment, bounded waits that a signal
// ends, one kept connection per peer. Only options that a minimal static libcurl (HTTP and OpenSSL) has too.
#pragma once

#include <memory>
#include <string>

#include "effects/http_transport.h"
#include "io/stop.h"

namespace client {

struct TlsSettings {
  /// Trust the system's CA certificates. Off where only `ca_pem` counts (a cluster with its own CA): reading the
  /// system's takes longer than the request.
  bool system_cas = true;
  std::string ca_pem;     ///< further CA certificates; may be empty
  std::string ca_source;  ///< where ca_pem came from, for messages: "--ca-file /x/ca.pem"
  std::string client_certificate_pem;
  std::string client_key_pem;  ///< a secret
  std::string server_name;     ///< the name the certificate must be for; empty: the URL's host
};

/// Proxy URLs by scheme of the request; empty: none. `no_proxy` as curl's: names, suffixes, addresses, CIDRs, "*".
/// The URLs may hold a password, which no message repeats.
struct ProxySettings {
  std::string http;
  std::string https;
  std::string no_proxy;
};

struct CurlOptions {
  std::string peer;  ///< what is at the other end, for messages: "acme-dns", "the Kubernetes API server"
  TlsSettings tls;
  ProxySettings proxy;
};

/// Not for several threads at once. Connections are kept between requests. A request that may have had an effect is
/// never sent again by itself, other than libcurl's default.
class CurlTransport final : public HttpTransport {
 public:
  /// `stop` ends transfers; it must outlive the transport. kMisconfigured when a certificate or key can't be used; the
  /// message names the source.
  static Result<std::unique_ptr<CurlTransport>> Create(CurlOptions options, const Stop& stop);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  Result<HttpResponse> Send(const HttpRequest& request) override;

  /// Uses other TLS settings from the next request on and drops kept connections. kMisconfigured as in Create(), and
  /// the former settings stay.
  Result<void> SetTls(TlsSettings tls);

 private:
  struct State;
  explicit CurlTransport(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace client
