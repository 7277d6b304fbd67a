#include "mock_acmedns/dns_server.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "mock_http/host_port.h"

namespace mock_acmedns {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using Error = boost::system::error_code;

constexpr int kQueriesPerConnectionMax = 128;
constexpr std::chrono::seconds kFirstQueryWithin{2};
constexpr std::chrono::seconds kIdleMax{8};
/// Tries to find a port that is free for TCP and UDP.
constexpr int kBindTriesMax = 20;

/// One TCP connection. Lives as long as a handler of it is pending.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const DnsServer::Handler& handler)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), handler_(handler) {}

  void Start() {
    Error ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    ReadLength(kFirstQueryWithin);
  }

  void Close() {
    Error ignored;
    timer_.cancel();
    socket_.close(ignored);
  }

 private:
  /// A failed read or write ends the connection; a timer that is cancelled doesn't.
  template <class Then>
  auto Bind(Then then) {
    return [self = shared_from_this(), then](Error error, auto... rest) {
      if (!error) return then(*self, rest...);
      if (sizeof...(rest) > 0) self->Close();
    };
  }

  /// The time counts for the whole message. Its end closes the socket, which ends whatever is pending.
  void ReadLength(std::chrono::seconds within) {
    timer_.expires_after(within);
    timer_.async_wait(Bind([](Connection& self) { self.Close(); }));
    asio::async_read(socket_, asio::buffer(length_), Bind([](Connection& self, std::size_t) { self.ReadMessage(); }));
  }

  void ReadMessage() {
    message_.resize(static_cast<std::size_t>(length_[0]) << 8U | length_[1]);
    asio::async_read(socket_, asio::buffer(message_), Bind([](Connection& self, std::size_t) { self.Serve(); }));
  }

  void Serve() {
    DnsExchange exchange = handler_(message_, Transport::kTcp);
    out_.clear();
    if (exchange.reply) {
      out_ = {static_cast<char>(exchange.reply->size() >> 8U & 0xffU),
              static_cast<char>(exchange.reply->size() & 0xffU)};
      out_ += *exchange.reply;
    }
    if (exchange.delay.count() <= 0) {
      timer_.cancel();
      return Reply();
    }
    timer_.expires_after(exchange.delay);
    timer_.async_wait(Bind([](Connection& self) { self.Reply(); }));
  }

  void Reply() {
    asio::async_write(socket_, asio::buffer(out_), Bind([](Connection& self, std::size_t) {
                        if (++self.served_ == kQueriesPerConnectionMax) return self.Close();
                        self.ReadLength(kIdleMax);
                      }));
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  const DnsServer::Handler& handler_;
  std::array<std::uint8_t, 2> length_{};
  std::string message_;
  std::string out_;
  int served_ = 0;
};

}  // namespace

class DnsServer::Impl {
 public:
  explicit Impl(Handler handler) : handler_(std::move(handler)), acceptor_(io_), udp_(io_), retry_(io_) {}

  /// Empty when both sockets are bound.
  std::string Listen(const std::string& listen) {
    const auto wanted = mock_http::ParseHostPort(listen);
    if (!wanted) return wanted.error();
    Error error;
    const auto host = asio::ip::make_address(wanted->host, error);
    if (error) return fmt::format("{}: {}", listen, error.message());
    for (int tries = 0; tries < kBindTriesMax; ++tries) {
      error = Bind(host, wanted->port);
      if (!error) return {};
      if (wanted->port != 0) break;
    }
    return fmt::format("can't listen on {}: {}", listen, error.message());
  }

  void Start() {
    Receive();
    Accept();
    thread_ = std::thread([this] { io_.run(); });
  }

  void Stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      Error ignored;
      stopping_ = true;
      acceptor_.close(ignored);
      udp_.close(ignored);
      retry_.cancel();
      for (const auto& timer : delayed_) timer->cancel();
      for (const auto& weak : connections_) {
        if (const auto connection = weak.lock()) connection->Close();
      }
    });
    thread_.join();
  }

  udp::endpoint local() const { return local_; }

 private:
  Error Bind(const asio::ip::address& host, std::uint16_t port) {
    Error error;
    Error ignored;
    acceptor_.close(ignored);
    udp_.close(ignored);
    const tcp::endpoint stream(host, port);
    acceptor_.open(stream.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(stream, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return error;
    local_ = udp::endpoint(host, acceptor_.local_endpoint().port());
    udp_.open(local_.protocol(), error);
    if (!error) udp_.bind(local_, error);
    return error;
  }

  void Receive() {
    udp_.async_receive_from(asio::buffer(datagram_), sender_, [this](Error error, std::size_t length) {
      if (stopping_) return;
      if (!error) {
        DnsExchange exchange = handler_(std::string_view(datagram_.data(), length), Transport::kUdp);
        if (exchange.reply) SendLater(std::move(*exchange.reply), exchange.delay);
      }
      Receive();
    });
  }

  void SendLater(std::string reply, std::chrono::milliseconds delay) {
    Error ignored;
    if (delay.count() <= 0) {
      udp_.send_to(asio::buffer(reply), sender_, 0, ignored);
      return;
    }
    auto timer = std::make_shared<asio::steady_timer>(io_, delay);
    delayed_.insert(timer);
    timer->async_wait([this, timer, reply = std::move(reply), to = sender_](Error error) {
      delayed_.erase(timer);
      Error ignored_too;
      if (!error && !stopping_) udp_.send_to(asio::buffer(reply), to, 0, ignored_too);
    });
  }

  void Accept() {
    acceptor_.async_accept([this](Error error, tcp::socket socket) {
      if (stopping_) return;
      if (error) {
        // Out of file descriptors, most likely: without a pause the loop would spin until one is free.
        retry_.expires_after(std::chrono::milliseconds(20));
        retry_.async_wait([this](Error cancelled) {
          if (!cancelled && !stopping_) Accept();
        });
        return;
      }
      std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
      auto connection = std::make_shared<Connection>(std::move(socket), handler_);
      connections_.push_back(connection);
      connection->Start();
      Accept();
    });
  }

  Handler handler_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  udp::socket udp_;
  asio::steady_timer retry_;
  udp::endpoint local_;
  udp::endpoint sender_;
  std::array<char, 65536> datagram_{};
  std::set<std::shared_ptr<asio::steady_timer>> delayed_;
  std::vector<std::weak_ptr<Connection>> connections_;
  bool stopping_ = false;
  std::thread thread_;
};

DnsServer::DnsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DnsServer::~DnsServer() {
  impl_->Stop();
}

std::expected<std::unique_ptr<DnsServer>, std::string> DnsServer::Start(const std::string& listen, Handler handler) {
  auto impl = std::make_unique<Impl>(std::move(handler));
  if (std::string problem = impl->Listen(listen); !problem.empty()) return std::unexpected(std::move(problem));
  impl->Start();
  return std::unique_ptr<DnsServer>(new DnsServer(std::move(impl)));
}

std::string DnsServer::address() const {
  return mock_http::FormatHostPort(impl_->local().address().to_string(), port());
}

std::uint16_t DnsServer::port() const {
  return impl_->local().port();
}

void DnsServer::Stop() {
  impl_->Stop();
}

}  // namespace mock_acmedns
