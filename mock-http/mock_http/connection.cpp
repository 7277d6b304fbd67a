#include "mock_http/connection.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "mock_http/client_certificate.h"
#include "mock_http/request_reader.h"
#include "mock_http/response_writer.h"

namespace mock_http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

/// What a client may send ahead while it reads a stream.
constexpr std::size_t kPipelinedBytesMax = std::size_t{1} << 20U;

/// How long the server waits for a client that is still sending to read the last answer; net/http waits as long.
constexpr std::chrono::milliseconds kLingerTime{500};

/// `Stream` is a TCP socket or a TLS stream over one. All handlers run in the one thread of the socket's loop.
template <class Stream>
class ConnectionOf final : public Connection, public std::enable_shared_from_this<ConnectionOf<Stream>> {
 public:
  static constexpr bool kTls = !std::is_same_v<Stream, Tcp::socket>;

  ConnectionOf(Stream stream, const ConnectionContext& context)
      : stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        context_(context),
        reader_({.body_bytes_max = context.body_bytes_max}, [this](Request head) {
          head.peer = peer_;
          return context_.endpoint.ReadsBody(head);
        }) {}

  void Start() override {
    Error ignored;
    Lowest().set_option(Tcp::no_delay(true), ignored);
    const auto remote = Lowest().remote_endpoint(ignored);
    peer_.address = remote.address().is_v6() && remote.address().to_v6().is_v4_mapped()
                        ? asio::ip::make_address_v4(asio::ip::v4_mapped, remote.address().to_v6()).to_string()
                        : remote.address().to_string();
    peer_.port = remote.port();
    Run([](auto& self) { self.Handshake(); });
  }

  void Wake() override {
    Run([](auto& self) { self.PumpStream(); });
  }

  void Finish() override {
    Run([](auto& self) {
      self.finishing_ = true;
      if (self.body_stream_)
        self.EndStream();
      else if (self.idle_ || self.lingering_)
        self.Close();
    });
  }

 private:
  using Self = ConnectionOf;

  template <class Work>
  void Run(Work work) {
    asio::post(stream_.get_executor(), [self = this->shared_from_this(), work] { work(*self); });
  }
  /// A completion handler that keeps the connection alive.
  template <class Then>
  auto Bind(Then then) {
    return [self = this->shared_from_this(), then](Error error, auto... rest) { then(*self, error, rest...); };
  }
  Tcp::socket& Lowest() {
    if constexpr (kTls)
      return stream_.next_layer();
    else
      return stream_;
  }

  void Handshake() {
    if constexpr (kTls) {
      stream_.async_handshake(asio::ssl::stream_base::server, Bind([](Self& self, Error error) {
                                if (error) return self.RefuseHandshake(error);
                                self.peer_.certificate =
                                    ReadClientCertificate(self.stream_.native_handle(), self.peer_.bad_certificate);
                                self.ReadRequest();
                              }));
    } else {
      ReadRequest();
    }
  }

  void RefuseHandshake(const Error& error) {
    if (ERR_GET_REASON(static_cast<unsigned long>(error.value())) != SSL_R_HTTP_REQUEST) return Close();
    out_ = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
    asio::async_write(Lowest(), asio::buffer(out_), Bind([](Self& self, Error, std::size_t) { self.Close(); }));
  }

  void ReadRequest() {
    if (finishing_) return Close();
    idle_ = reader_.pending() == 0;
    Advance();
  }

  void Advance() {
    switch (reader_.Advance()) {
      case RequestReader::Progress::kNeedsMore:
        return ReadSome();
      case RequestReader::Progress::kContinue:
        out_ = "HTTP/1.1 100 Continue\r\n\r\n";
        return Write([](Self& self) { self.Advance(); });
      case RequestReader::Progress::kRequest:
        return Serve();
      case RequestReader::Progress::kRefused:
        return WriteLast(reader_.refusal());
      case RequestReader::Progress::kUnexpected:
        return WriteLast(ExpectationFailed(reader_.is_http10(), context_.endpoint.clock().Now()));
    }
  }

  void ReadSome() {
    // The end is told only once.
    if (input_ended_) return InputEnded();
    stream_.async_read_some(asio::buffer(piece_), Bind([](Self& self, Error error, std::size_t length) {
                              self.idle_ = false;
                              self.input_ended_ =
                                  error == asio::error::eof || error == asio::ssl::error::stream_truncated;
                              if (self.input_ended_) return self.InputEnded();
                              if (error) return self.Close();
                              self.reader_.Append({self.piece_.data(), length});
                              self.Advance();
                            }));
  }

  /// A client that sends no more may still read.
  void InputEnded() {
    const auto progress = reader_.EndOfInput();
    if (progress == RequestReader::Progress::kRequest) return Serve();
    if (progress == RequestReader::Progress::kRefused) return WriteLast(reader_.refusal());
    Close();
  }

  void Serve() {
    Request request = reader_.TakeRequest();
    request.peer = peer_;
    sends_on_ = reader_.leaves_body();
    framing_ = {.is_head = request.method == "HEAD", .is_http10 = reader_.is_http10()};
    framing_.keep_alive = reader_.keep_alive() && !finishing_;
    Exchange exchange = context_.endpoint.Serve(request);
    delivery_ = exchange.delivery;
    response_ = std::move(exchange.response);
    if (EqualsIgnoringCase(response_.headers.Get("Connection").value_or(""), "close")) {
      response_.headers.Remove("Connection");
      framing_.keep_alive = false;
    }
    if (delivery_.delay.count() <= 0) return Deliver();
    timer_.expires_after(delivery_.delay);
    timer_.async_wait(Bind([](Self& self, Error error) { error ? self.Close() : self.Deliver(); }));
  }

  void Deliver() {
    if (delivery_.drop) return Close();
    if (delivery_.garbage) {
      out_ = "\x16\x03\x01 no HTTP here \xff\xfe\r\n\r\n";
      return Write([](Self& self) { self.Close(); });
    }
    out_ = ResponseHead(response_, framing_, context_.endpoint.clock().Now());
    if (response_.stream && !framing_.is_head) return StartStream();
    rest_.clear();
    damaged_ = false;
    if (!framing_.is_head && !HasNoBody(response_.status)) {
      rest_ = std::move(response_.body);
      damaged_ = delivery_.truncate_body_at && *delivery_.truncate_body_at < rest_.size();
      if (damaged_) rest_.resize(*delivery_.truncate_body_at);
      if (!delivery_.bytes_per_second) out_ += std::exchange(rest_, {});
    }
    DeliverRest();
  }

  /// Sends `out_`, then what is left of a dribbled body in ten pieces a second.
  void DeliverRest() {
    Write([](Self& self) {
      if (self.rest_.empty()) {
        if (self.damaged_) return self.Close();
        if (self.framing_.keep_alive) return self.ReadRequest();
        return self.sends_on_ ? self.Linger() : self.Close();
      }
      const std::size_t bytes_per_second = *self.delivery_.bytes_per_second;
      self.out_ = self.rest_.substr(0, std::max<std::size_t>(1, bytes_per_second / 10));
      self.rest_.erase(0, self.out_.size());
      self.timer_.expires_after(std::chrono::milliseconds(1000 * self.out_.size() / bytes_per_second));
      self.timer_.async_wait(self.Bind([](Self& again, Error error) { error ? again.Close() : again.DeliverRest(); }));
    });
  }

  // --- streams -----------------------------------------------------------------------------------------------------

  void StartStream() {
    body_stream_ = std::move(response_.stream);
    stream_ended_ = false;
    if (!response_.body.empty()) out_ += framing_.is_http10 ? response_.body : Chunk(response_.body);
    context_.endpoint.Locked([this](Endpoint&) {
      body_stream_->SetWake([weak = this->weak_from_this()] {
        if (const auto self = weak.lock()) self->Wake();
      });
    });
    WatchForClose();
    PumpStream();
  }

  /// Reads while streaming, to notice that the client has gone; what it sends early is kept for the next request.
  void WatchForClose() {
    watching_ = true;
    stream_.async_read_some(asio::buffer(piece_), Bind([](Self& self, Error error, std::size_t length) {
                              self.watching_ = false;
                              self.reader_.Append({self.piece_.data(), length});
                              if (error || self.reader_.pending() > kPipelinedBytesMax) return self.Close();
                              if (self.body_stream_) return self.WatchForClose();
                              // While the last chunk is being written, the end of that write goes on reading.
                              if (!self.writing_) self.ReadRequest();
                            }));
  }

  void PumpStream() {
    if (!body_stream_ || writing_) return;
    if (!stream_ended_) {
      std::string data;
      std::optional<TimePoint> due;
      context_.endpoint.Locked([&](Endpoint&) {
        stream_ended_ = body_stream_->Pull(data) == BodyStream::State::kEnd;
        due = body_stream_->NextWake();
      });
      if (!data.empty()) out_ += framing_.is_http10 ? data : Chunk(data);
      ArmTimer(due);
    }
    if (stream_ended_) return EndStream();
    if (out_.empty()) return;
    Write([](Self& self) { self.PumpStream(); });
  }

  void ArmTimer(std::optional<TimePoint> due) {
    timer_.cancel();
    if (!due || stream_ended_ || !context_.endpoint.clock().Runs()) return;
    const auto left = *due - context_.endpoint.clock().Now();
    timer_.expires_after(std::max(left, std::chrono::nanoseconds(0)));
    timer_.async_wait(Bind([](Self& self, Error error) {
      if (!error) self.PumpStream();
    }));
  }

  void EndStream() {
    if (!body_stream_) return;
    if (writing_) {
      stream_ended_ = true;
      return;
    }
    timer_.cancel();
    ForgetStream();
    if (!framing_.is_http10) out_ += "0\r\n\r\n";
    Write([](Self& self) {
      if (self.framing_.is_http10 || !self.framing_.keep_alive || self.finishing_) return self.Close();
      // The read that watches for the client's close is still pending: the next request begins when it ends.
      self.idle_ = self.watching_;
      if (!self.watching_) self.ReadRequest();
    });
  }

  void ForgetStream() {
    if (!body_stream_) return;
    context_.endpoint.Locked([this](Endpoint&) {
      body_stream_->SetWake(nullptr);
      body_stream_.reset();
    });
  }

  // --- writing -----------------------------------------------------------------------------------------------------

  /// Sends `out_` and then calls `then`.
  void Write(void (*then)(Self&)) {
    writing_ = true;
    sending_ = std::exchange(out_, {});
    asio::async_write(stream_, asio::buffer(sending_), Bind([then](Self& self, Error error, std::size_t) {
                        self.writing_ = false;
                        error ? self.Close() : then(self);
                      }));
  }

  void WriteLast(std::string text) {
    out_ = std::move(text);
    Write([](Self& self) { self.Linger(); });
  }

  /// Ends a connection on which the client may still be sending: a close would reset it, and with what the client sent
  /// for nothing the answer would be lost that it hasn't read yet (RFC 9112 section 9.6).
  void Linger() {
    if (finishing_) return Close();
    lingering_ = true;
    timer_.expires_after(kLingerTime);
    timer_.async_wait(Bind([](Self& self, Error error) {
      if (!error) self.Close();
    }));
    if constexpr (kTls)
      stream_.async_shutdown(Bind([](Self& self, Error) { self.StopSending(); }));
    else
      StopSending();
  }

  void StopSending() {
    Error ignored;
    Lowest().shutdown(Tcp::socket::shutdown_send, ignored);
    Drain();
  }

  void Drain() {
    Lowest().async_read_some(asio::buffer(piece_),
                             Bind([](Self& self, Error error, std::size_t) { error ? self.Close() : self.Drain(); }));
  }

  void Close() {
    if (closed_) return;
    closed_ = true;
    timer_.cancel();
    ForgetStream();
    Error ignored;
    if constexpr (kTls) {
      if (!delivery_.drop && !lingering_) {
        // Without close_notify a TLS client takes the end for an attack (RFC 8446 section 6.1).
        stream_.async_shutdown(Bind([](Self& self, Error) {
          Error also_ignored;
          self.Lowest().close(also_ignored);
        }));
        Lowest().shutdown(Tcp::socket::shutdown_receive, ignored);
        return;
      }
    }
    Lowest().shutdown(Tcp::socket::shutdown_both, ignored);
    Lowest().close(ignored);
  }

  Stream stream_;
  asio::steady_timer timer_;
  ConnectionContext context_;
  Peer peer_;
  RequestReader reader_;
  std::array<char, 16384> piece_{};
  Framing framing_;
  Delivery delivery_;
  Response response_;
  std::string rest_;      ///< of a body that is dribbled
  bool damaged_ = false;  ///< the body is cut off: close after it
  std::string out_;       ///< to be sent by the next Write
  std::string sending_;   ///< being sent
  std::shared_ptr<BodyStream> body_stream_;
  bool idle_ = false;
  bool input_ended_ = false;
  bool writing_ = false;
  bool watching_ = false;
  bool stream_ended_ = false;
  bool sends_on_ = false;  ///< the client may go on sending what isn't read
  bool finishing_ = false;
  bool lingering_ = false;
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<Connection> MakePlainConnection(Tcp::socket socket, const ConnectionContext& context) {
  return std::make_shared<ConnectionOf<Tcp::socket>>(std::move(socket), context);
}

std::shared_ptr<Connection> MakeTlsConnection(Tcp::socket socket, asio::ssl::context& tls,
                                              const ConnectionContext& context) {
  using Stream = asio::ssl::stream<Tcp::socket>;
  return std::make_shared<ConnectionOf<Stream>>(Stream(std::move(socket), tls), context);
}

}  // namespace mock_http
