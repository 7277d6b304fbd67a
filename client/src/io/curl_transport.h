// HTTP over libcurl: verified TLS, proxies as configured and nothing from the environment, bounded waits that a signal
// ends, one kept connection per peer. Only options that a minimal static libcurl (HTTP and OpenSSL) has too.
#pragma once

#include <memory>
#include <string>

#include "effects/http_transport.h"
#include "io/proxy.h"
#include "io/stop.h"
#include "io/tls_settings.h"

namespace client {

struct CurlOptions {
  std::string peer;  ///< what is at the other end, for messages: "acme-dns", "the Kubernetes API server"
  /// What to do when the peer's CA is not trusted, for messages: "give it with --ca-file or ACME_DNS_CA_FILE".
  std::string ca_remedy;
  std::string user_agent;  ///< for requests that don't name one
  TlsSettings tls;
  ProxySettings proxy;
};

/// Not for several threads at once. Connections are kept between requests. A request with a body, or by POST, is never
/// sent a second time by itself: libcurl would, when a kept connection dies without an answer, and the first one may
/// have had its effect. Makes the process ignore SIGPIPE.
class CurlTransport final : public HttpTransport {
 public:
  /// `stop` ends transfers; it must outlive the transport. kMisconfigured when a certificate, key or proxy can't be
  /// used; the message names the source.
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
