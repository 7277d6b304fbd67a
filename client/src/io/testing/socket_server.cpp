#include "io/testing/socket_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

namespace client::testing {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class SocketPeer final : public Peer {
 public:
  SocketPeer(int descriptor, SSL_CTX* context) : descriptor_(descriptor) {
    if (context == nullptr) return;
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), descriptor);
  }
  ~SocketPeer() override {
    if (ssl_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  bool Handshake() { return !ssl_ || SSL_accept(ssl_.get()) == 1; }

  std::string ReadRequest() override {
    while (true) {
      if (const std::size_t length = RequestLength(); length > 0) {
        std::string request = buffer_.substr(0, length);
        buffer_.erase(0, length);
        return request;
      }
      if (!ReadMore()) return {};
    }
  }

  bool Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto written = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  void WaitForEnd() override {
    while (ReadMore()) {
    }
  }

 private:
  bool ReadMore() {
    std::array<char, 4096> bytes = {};
    const auto got =
        ssl_ ? SSL_read(ssl_.get(), bytes.data(), bytes.size()) : ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  /// Of the request at the front of the buffer; 0 when it is not complete.
  std::size_t RequestLength() const {
    const std::size_t head_end = buffer_.find("\r\n\r\n");
    if (head_end == std::string::npos) return 0;
    std::size_t length = head_end + 4;
    constexpr std::string_view kField = "\r\nContent-Length: ";
    const std::size_t field = buffer_.find(kField);
    if (field < head_end) length += std::strtoul(buffer_.c_str() + field + kField.size(), nullptr, 10);
    return buffer_.size() >= length ? length : 0;
  }

  int descriptor_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string buffer_;
};

std::shared_ptr<void> MakeContext(const ServerTls& tls) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  std::shared_ptr<void> owner(context, [](void* pointer) { SSL_CTX_free(static_cast<SSL_CTX*>(pointer)); });
  const std::unique_ptr<BIO, Free> certificate_bio(BIO_new_mem_buf(tls.identity.certificate_pem.data(), -1));
  const std::unique_ptr<X509, Free> certificate(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  const std::unique_ptr<BIO, Free> key_bio(BIO_new_mem_buf(tls.identity.key_pem.data(), -1));
  const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (SSL_CTX_use_certificate(context, certificate.get()) != 1 || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    std::abort();
  }
  if (tls.old_protocols) {
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
  }
  if (!tls.client_ca_pem.empty()) {
    const std::unique_ptr<BIO, Free> ca_bio(BIO_new_mem_buf(tls.client_ca_pem.data(), -1));
    const std::unique_ptr<X509, Free> ca(PEM_read_bio_X509(ca_bio.get(), nullptr, nullptr, nullptr));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return owner;
}

}  // namespace

SocketServer::SocketServer(Handler handler, const ServerTls* tls) : handler_(std::move(handler)) {
  std::signal(SIGPIPE, SIG_IGN);
  if (tls != nullptr) tls_context_ = MakeContext(*tls);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

SocketServer::~SocketServer() {
  closing_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

std::string SocketServer::Url(std::string_view host) const {
  return fmt::format("{}://{}:{}", tls_context_ ? "https" : "http", host, port_);
}

void SocketServer::Accept() {
  while (true) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0 || closing_) {
      if (descriptor >= 0) ::close(descriptor);
      return;
    }
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(descriptor);
    threads_.emplace_back([this, descriptor] { Serve(descriptor); });
  }
}

void SocketServer::Serve(int descriptor) {
  {
    SocketPeer peer(descriptor, static_cast<SSL_CTX*>(tls_context_.get()));
    if (peer.Handshake()) {
      handler_(peer);
    } else {
      // Closing with bytes unread would reset the connection, and the client would not see the alert.
      ::shutdown(descriptor, SHUT_WR);
      std::array<char, 4096> bytes = {};
      while (::recv(descriptor, bytes.data(), bytes.size(), 0) > 0) {
      }
    }
  }
  const std::lock_guard lock(mutex_);
  open_.remove(descriptor);
  ::close(descriptor);
}

std::string Answer(int status, std::string_view body, std::string_view further_headers) {
  return fmt::format("HTTP/1.1 {} Some Reason\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), further_headers,
                     body);
}

}  // namespace client::testing
