#include "mock_http/server.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "mock_http/connection.h"
#include "mock_http/host_port.h"

namespace mock_http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

/// Asio's concurrency hint for an io_context that one thread runs: it wakes no other.
constexpr int kOneThread = 1;

int SelectProtocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                   unsigned in_length, void*) {
  static constexpr std::array<unsigned char, 9> kHttp11 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* selected = nullptr;
  if (SSL_select_next_proto(&selected, out_length, kHttp11.data(), kHttp11.size(), in, in_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = selected;
  return SSL_TLSEXT_ERR_OK;
}

std::string UseTls(asio::ssl::context& tls, const ServerOptions& options) {
  Error error;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                  asio::ssl::context::no_tlsv1_1);
  tls.use_certificate_chain(asio::buffer(options.tls->certificate), error);
  if (error) return "the server certificate can't be used: " + error.message();
  tls.use_private_key(asio::buffer(options.tls->private_key), asio::ssl::context::pem, error);
  if (error) return "the server's private key can't be used: " + error.message();
  SSL_CTX_set_alpn_select_cb(tls.native_handle(), SelectProtocol, nullptr);
  static constexpr std::string_view kSessionContext = "mock-http";
  SSL_CTX_set_session_id_context(tls.native_handle(), reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                 kSessionContext.size());
  if (options.client_ca.empty()) return {};
  tls.add_certificate_authority(asio::buffer(options.client_ca), error);
  if (error) return "the client CA can't be used: " + error.message();
  tls.set_verify_mode(asio::ssl::verify_peer, error);
  // A bad certificate is for the service to refuse (401), as a Go server does with RequestClientCert: the handshake
  // goes on, and OpenSSL keeps the verdict.
  SSL_CTX_set_verify(tls.native_handle(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  return {};
}

}  // namespace

class Server::Impl {
 public:
  Impl(Endpoint& endpoint, ServerOptions options)
      : options_(std::move(options)),
        context_{.endpoint = endpoint, .body_bytes_max = options_.body_bytes_max},
        acceptor_(loop_),
        retry_(loop_),
        tls_(asio::ssl::context::tls_server) {
    for (int i = 1; i < options_.threads; ++i) more_loops_.push_back(std::make_unique<asio::io_context>(kOneThread));
  }

  /// Empty when it listens.
  std::string Listen() {
    const auto address = ParseHostPort(options_.listen);
    if (!address) return address.error();
    if (options_.tls) {
      if (std::string problem = UseTls(tls_, options_); !problem.empty()) return problem;
    }
    Error error;
    const Tcp::endpoint at(asio::ip::make_address(address->host, error), address->port);
    if (!error) acceptor_.open(at.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(at, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fmt::format("can't listen on {}: {}", options_.listen, error.message());
    local_ = acceptor_.local_endpoint(error);
    Accept();
    ForEachLoop([this](asio::io_context& loop) {
      threads_.emplace_back([&loop, work = asio::make_work_guard(loop)] { loop.run(); });
    });
    return {};
  }

  void ForEachConnection(const std::function<void(Connection&)>& work) {
    std::vector<std::shared_ptr<Connection>> alive;
    {
      const std::scoped_lock lock(mutex_);
      for (const auto& weak : connections_) {
        if (auto connection = weak.lock()) alive.push_back(std::move(connection));
      }
    }
    for (const auto& connection : alive) work(*connection);
  }

  void Stop(std::chrono::milliseconds grace) {
    if (threads_.empty()) return;
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    asio::post(loop_, [this] {
      Error ignored;
      acceptor_.close(ignored);
      retry_.cancel();
    });
    ForEachConnection([](Connection& connection) { connection.Finish(); });
    const auto deadline = std::chrono::steady_clock::now() + grace;
    while (std::chrono::steady_clock::now() < deadline && AnyConnection()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ForEachLoop([](asio::io_context& loop) { loop.stop(); });
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  std::string BaseUrl() const {
    return fmt::format("{}://{}", options_.tls ? "https" : "http", FormatHostPort(host(), port()));
  }
  std::string host() const { return local_.address().to_string(); }
  std::uint16_t port() const { return local_.port(); }

 private:
  bool AnyConnection() {
    const std::scoped_lock lock(mutex_);
    return std::ranges::any_of(connections_, [](const auto& weak) { return !weak.expired(); });
  }

  void ForEachLoop(const std::function<void(asio::io_context&)>& work) {
    work(loop_);
    for (const auto& loop : more_loops_) work(*loop);
  }

  /// Each loop in turn.
  asio::io_context& NextLoop() {
    next_loop_ = (next_loop_ + 1) % (more_loops_.size() + 1);
    return next_loop_ == 0 ? loop_ : *more_loops_[next_loop_ - 1];
  }

  void Accept() {
    acceptor_.async_accept(NextLoop(), [this](Error error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (error) {
        // Out of file descriptors, most likely: without a pause the loop would spin until one is free.
        retry_.expires_after(std::chrono::milliseconds(20));
        retry_.async_wait([this](Error cancelled) {
          if (!cancelled) Accept();
        });
        return;
      }
      auto connection = options_.tls ? MakeTlsConnection(std::move(socket), tls_, context_)
                                     : MakePlainConnection(std::move(socket), context_);
      if (Remember(connection)) connection->Start();
      Accept();
    });
  }

  /// False when the server is stopping.
  bool Remember(const std::shared_ptr<Connection>& connection) {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return false;
    if (connections_.size() >= prune_at_) {
      std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
      prune_at_ = std::max<std::size_t>(64, connections_.size() * 2);
    }
    connections_.push_back(connection);
    return true;
  }

  ServerOptions options_;
  ConnectionContext context_;
  // A loop for each thread, and a connection stays on one: no request hops between threads. `loop_` has the acceptor,
  // too, and ends first, because what it is about to accept is a socket of another.
  std::vector<std::unique_ptr<asio::io_context>> more_loops_;
  asio::io_context loop_{kOneThread};
  std::size_t next_loop_ = 0;
  Tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  asio::ssl::context tls_;
  Tcp::endpoint local_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Connection>> connections_;
  std::size_t prune_at_ = 64;
  bool stopping_ = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  impl_->Stop(std::chrono::milliseconds(500));
}

std::expected<std::unique_ptr<Server>, std::string> Server::Start(Endpoint& endpoint, const ServerOptions& options) {
  auto impl = std::make_unique<Impl>(endpoint, options);
  if (std::string problem = impl->Listen(); !problem.empty()) return std::unexpected(std::move(problem));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::string Server::BaseUrl() const {
  return impl_->BaseUrl();
}
std::string Server::host() const {
  return impl_->host();
}
std::uint16_t Server::port() const {
  return impl_->port();
}

void Server::WakeStreams() {
  impl_->ForEachConnection([](Connection& connection) { connection.Wake(); });
}

void Server::Stop(std::chrono::milliseconds grace) {
  impl_->Stop(grace);
}

}  // namespace mock_http
