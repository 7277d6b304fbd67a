// A client for tests that sends octets as they stand to a port of this machine.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace mock_http {

/// A client that sends bytes as they stand.
class RawClient {
 public:
  /// For how long the reading functions wait.
  static constexpr std::chrono::seconds kPatience{5};

  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawClient() { close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  void Send(std::string_view bytes) const {
    ASSERT_EQ(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  /// Reads until the text received so far ends with `end`; what came by the deadline otherwise.
  std::string ReadUntil(std::string_view end) {
    ReadWhile([&] { return !received_.ends_with(end); });
    return std::exchange(received_, {});
  }
  std::string ReadToClose() {
    ReadWhile([] { return true; });
    EXPECT_TRUE(closed_) << "waited 5 s for the server to close; received: " << received_;
    return std::exchange(received_, {});
  }
  void FinishSending() const { ASSERT_EQ(shutdown(socket_, SHUT_WR), 0); }
  int fd() const { return socket_; }

 private:
  void ReadWhile(const std::function<bool()>& wanted) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (wanted() && !closed_) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
      if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) return;
      std::array<char, 65536> chunk{};
      const ssize_t length = recv(socket_, chunk.data(), chunk.size(), 0);
      if (length <= 0)
        closed_ = true;
      else
        received_.append(chunk.data(), static_cast<std::size_t>(length));
    }
  }
  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

}  // namespace mock_http
