// A TCP server for tests that does exactly what the test says, byte for byte, plain or over TLS.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "io/testing/certificates.h"

namespace client::testing {

/// One accepted connection, used by the handler in the connection's own thread.
class Peer {
 public:
  virtual ~Peer() = default;
  /// The next HTTP request, head and body; empty when the client has gone.
  virtual std::string ReadRequest() = 0;
  /// False when the client has gone.
  virtual bool Write(std::string_view bytes) = 0;
  /// Blocks until the client has gone.
  virtual void WaitForEnd() = 0;
};

struct ServerTls {
  CertificatePair identity;
  std::string client_ca_pem;   ///< ask for client certificates of this CA; empty: don't
  bool old_protocols = false;  ///< offer TLS 1.1 at most
};

/// Listens on 127.0.0.1 and a free port. The destructor cuts all connections and waits for the handlers.
class SocketServer {
 public:
  using Handler = std::function<void(Peer&)>;
  explicit SocketServer(Handler handler, const ServerTls* tls = nullptr);
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

  int port() const { return port_; }
  /// "http://127.0.0.1:PORT" or "https://…"
  std::string Url(std::string_view host = "127.0.0.1") const;
  int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int descriptor);

  Handler handler_;
  std::shared_ptr<void> tls_context_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> closing_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::list<int> open_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

/// An HTTP answer with Content-Length.
std::string Answer(int status, std::string_view body, std::string_view further_headers = {});

}  // namespace client::testing
