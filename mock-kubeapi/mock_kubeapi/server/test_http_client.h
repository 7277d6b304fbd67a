// A blocking HTTP client on a plain socket, for tests of the server under load.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace mock_kubeapi {

struct HttpAnswer {
  int status = 0;  ///< 0: no answer came in time
  std::string body;
};

/// One connection, kept alive. Every read ends after 30 seconds.
class TestHttpClient {
 public:
  explicit TestHttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  ~TestHttpClient() { close(socket_); }
  TestHttpClient(const TestHttpClient&) = delete;
  TestHttpClient& operator=(const TestHttpClient&) = delete;

  HttpAnswer Request(std::string_view method, std::string_view target, std::string_view body = {},
                     std::string_view content_type = "application/json") {
    Send(method, target, body, content_type);
    HttpAnswer answer{.status = ReadHead(), .body = {}};
    if (answer.status == 0) return answer;
    while (buffer_.size() < length_ && Fill()) {
    }
    answer.body = buffer_.substr(0, length_);
    buffer_.erase(0, length_);
    return answer;
  }

  /// Begins a watch; its lines are read one by one.
  int OpenWatch(std::string_view target) {
    Send("GET", target, {}, {});
    return ReadHead();
  }
  /// The next line of a chunked body; nullopt when it ends or nothing comes in time.
  std::optional<std::string> ReadLine() {
    while (true) {
      if (const std::size_t end = text_.find('\n'); end != std::string::npos) {
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
      }
      if (!ReadChunk()) return std::nullopt;
    }
  }

 private:
  void Send(std::string_view method, std::string_view target, std::string_view body, std::string_view content_type) {
    std::string request = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n";
    request += "Authorization: Bearer admin\r\n";
    if (!body.empty()) {
      request += "Content-Type: " + std::string(content_type) + "\r\n";
      request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    request += "\r\n" + std::string(body);
    for (std::string_view rest = request; !rest.empty();) {
      const ssize_t sent = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  bool Fill() {
    std::array<char, 16384> piece{};
    const ssize_t length = recv(socket_, piece.data(), piece.size(), 0);
    if (length <= 0) return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(length));
    return true;
  }

  /// Reads up to the empty line; returns the status and keeps Content-Length.
  int ReadHead() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!Fill()) return 0;
    }
    const std::string head = buffer_.substr(0, end);
    buffer_.erase(0, end + 4);
    const std::size_t length = head.find("Content-Length: ");
    length_ = length == std::string::npos ? 0 : std::strtoul(head.c_str() + length + 16, nullptr, 10);
    return std::atoi(head.c_str() + head.find(' '));
  }

  bool ReadChunk() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!Fill()) return false;
    }
    const std::size_t size = std::strtoul(buffer_.c_str(), nullptr, 16);
    while (buffer_.size() < end + 2 + size + 2) {
      if (!Fill()) return false;
    }
    text_.append(buffer_, end + 2, size);
    buffer_.erase(0, end + 2 + size + 2);
    return size > 0;
  }

  int socket_;
  std::string buffer_;
  std::string text_;
  std::size_t length_ = 0;
};

}  // namespace mock_kubeapi
