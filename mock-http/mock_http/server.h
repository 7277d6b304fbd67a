// The shell around an Endpoint: sockets, TLS, keep-alive, streams. Speaks HTTP/1.1 as Go's net/http does, because both
// real servers are written in Go.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "mock_http/endpoint.h"
#include "mock_http/tls_identity.h"

namespace mock_http {

struct ServerOptions {
  std::string listen = "127.0.0.1:0";  ///< HOST:PORT, IPv6 in brackets; port 0 lets the system choose
  std::optional<KeyPair> tls;          ///< absent: plain HTTP
  std::string client_ca;               ///< PEM; when set, client certificates signed by it are accepted (not required)
  std::size_t body_bytes_max = 8U << 20U;  ///< a longer body is cut off there: Request::body_error
  int threads = 2;
};

/// A running server. Connections are served concurrently, requests reach the service one at a time.
class Server {
 public:
  /// Binds, listens and serves in threads of its own. The endpoint must outlive the server.
  static std::expected<std::unique_ptr<Server>, std::string> Start(Endpoint& endpoint, const ServerOptions& options);
  /// Stops and joins.
  ~Server();

  /// "http://127.0.0.1:PORT" or "https://…", without a final slash.
  std::string BaseUrl() const;
  std::string host() const;
  std::uint16_t port() const;
  /// Asks every open stream for more: after a virtual clock was moved, since no timer runs on it.
  void WakeStreams();
  /// Stops accepting, ends streams, finishes the requests under way (for `grace` at most), closes. Idempotent.
  void Stop(std::chrono::milliseconds grace = std::chrono::milliseconds(500));

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mock_http
