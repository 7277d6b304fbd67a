#include "conformance/sockets.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "conformance/dns_text.h"
#include "conformance/http_answer.h"
#include "mock_http/http_message.h"

namespace mock_http::conformance {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A blocking IPv4 socket whose reads end at a deadline.
class Socket {
 public:
  enum class Read { kData, kEnd, kTimeout };

  Socket(int type, const SocketAddress& server) : fd_(socket(AF_INET, type, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    if (fd_ < 0 || inet_pton(AF_INET, server.host.c_str(), &address.sin_addr) != 1 ||
        connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      error_ = fmt::format("no connection to {}:{}: {}", server.host, server.port, std::strerror(errno));
      return;
    }
    const int on = 1;
    if (type == SOCK_STREAM) setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Empty when connected.
  const std::string& error() const { return error_; }

  bool Send(std::string_view data) {
    do {
      const ssize_t sent = send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      data.remove_prefix(static_cast<std::size_t>(sent));
    } while (!data.empty());
    return true;
  }

  /// Appends what is there to `out`; one datagram at most.
  Read Receive(std::string& out, Clock::time_point deadline) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, static_cast<int>(std::max<long>(0, left))) <= 0) return Read::kTimeout;
    std::array<char, 65536> piece{};
    const ssize_t length = recv(fd_, piece.data(), piece.size(), 0);
    if (length <= 0) return Read::kEnd;
    out.append(piece.data(), static_cast<std::size_t>(length));
    return Read::kData;
  }

  /// Reads until `buffer` holds `count` octets.
  Read Fill(std::string& buffer, std::size_t count, Clock::time_point deadline) {
    while (buffer.size() < count) {
      const Read read = Receive(buffer, deadline);
      if (read != Read::kData) return read;
    }
    return Read::kData;
  }

 private:
  int fd_;
  std::string error_;
};

milliseconds Timeout(const Json& ask, double seconds) {
  return milliseconds(static_cast<long>(ask.value("timeout", seconds) * 1000));
}

/// The methods of the requests in `raw`, in order.
std::vector<std::string> Methods(std::string_view raw) {
  std::vector<std::string> methods;
  for (std::size_t at = raw.find(" HTTP/1"); at != std::string_view::npos; at = raw.find(" HTTP/1", at + 1)) {
    const std::size_t space = raw.find_last_of(" \r\n\t", at - 1);
    if (space == std::string_view::npos || space + 1 == at || raw[space] != ' ') continue;
    std::size_t start = space;
    while (start > 0 && raw[start - 1] >= 'A' && raw[start - 1] <= 'Z') --start;
    if (start < space) methods.emplace_back(raw.substr(start, space - start));
  }
  return methods;
}

/// Reads HTTP/1.1 answers off one connection.
class AnswerReader {
 public:
  enum class Outcome { kAnswer, kClosed, kTimeout };

  AnswerReader(Socket& socket, Clock::time_point deadline) : socket_(socket), deadline_(deadline) {}

  /// One final answer to a request with `method`; interim ones (100 Continue) are skipped. kClosed when the connection
  /// ended, or what came is no HTTP.
  Outcome Next(std::string_view method, Response& response) {
    do {
      const Outcome outcome = ReadHead(response);
      if (outcome != Outcome::kAnswer) return outcome;
    } while (response.status < 200);
    if (method == "HEAD" || response.status == 204 || response.status == 304) return Outcome::kAnswer;
    if (response.headers.Get("Transfer-Encoding") == "chunked") return ReadChunks(response);
    const auto length = response.headers.Get("Content-Length");
    if (!length) return ReadToEnd(response);
    std::size_t count = 0;
    std::from_chars(length->data(), length->data() + length->size(), count);
    return Take(count, response.body);
  }

  /// Whether more than the answers so far has come, or the end.
  bool IsClosedWithin(milliseconds time) {
    if (!buffer_.empty()) return false;
    return socket_.Receive(buffer_, Clock::now() + time) == Socket::Read::kEnd;
  }

 private:
  Outcome Want(Socket::Read read) {
    if (read == Socket::Read::kData) return Outcome::kAnswer;
    return read == Socket::Read::kEnd ? Outcome::kClosed : Outcome::kTimeout;
  }
  Outcome Take(std::size_t count, std::string& out) {
    const Outcome outcome = Want(socket_.Fill(buffer_, count, deadline_));
    if (outcome != Outcome::kAnswer) return outcome;
    out.append(buffer_, 0, count);
    buffer_.erase(0, count);
    return outcome;
  }
  Outcome TakeLine(std::string& line) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      const Outcome outcome = Want(socket_.Receive(buffer_, deadline_));
      if (outcome != Outcome::kAnswer) return outcome;
    }
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return Outcome::kAnswer;
  }
  Outcome ReadHead(Response& response) {
    response = {};
    std::string line;
    Outcome outcome = TakeLine(line);
    if (outcome != Outcome::kAnswer) return outcome;
    if (!line.starts_with("HTTP/1.") || line.size() < 12) return Outcome::kClosed;
    std::from_chars(line.data() + 9, line.data() + 12, response.status);
    for (;;) {
      outcome = TakeLine(line);
      if (outcome != Outcome::kAnswer || line.empty()) return outcome;
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos) return Outcome::kClosed;
      const std::size_t value = line.find_first_not_of(' ', colon + 1);
      response.headers.Add(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
    }
  }
  Outcome ReadChunks(Response& response) {
    for (;;) {
      std::string line;
      Outcome outcome = TakeLine(line);
      if (outcome != Outcome::kAnswer) return outcome;
      std::size_t count = 0;
      std::from_chars(line.data(), line.data() + line.size(), count, 16);
      if (count > 0) outcome = Take(count, response.body);
      if (outcome == Outcome::kAnswer) outcome = TakeLine(line);
      if (outcome != Outcome::kAnswer || count == 0) return outcome;
    }
  }
  Outcome ReadToEnd(Response& response) {
    for (;;) {
      const Socket::Read read = socket_.Receive(buffer_, deadline_);
      if (read == Socket::Read::kTimeout) return Outcome::kTimeout;
      if (read == Socket::Read::kData) continue;
      response.body = std::exchange(buffer_, {});
      return Outcome::kAnswer;
    }
  }

  Socket& socket_;
  Clock::time_point deadline_;
  std::string buffer_;
};

Json AskUdp(const std::string& query, Socket& socket, Clock::time_point deadline) {
  std::string reply;
  if (!socket.Send(query)) return {{"reply", "none"}};
  // A refused port shows as an error on the next read: no answer either way.
  if (socket.Receive(reply, deadline) != Socket::Read::kData) return {{"reply", "none"}};
  return DnsReply(query, reply);
}

/// One framed reply over TCP.
Json TakeReply(const std::string& query, Socket& socket, std::string& buffer, Clock::time_point deadline) {
  auto read = socket.Fill(buffer, 2, deadline);
  std::size_t length = 0;
  if (read == Socket::Read::kData) {
    length =
        static_cast<std::size_t>(static_cast<unsigned char>(buffer[0])) << 8U | static_cast<unsigned char>(buffer[1]);
    read = socket.Fill(buffer, 2 + length, deadline);
  }
  if (read == Socket::Read::kTimeout) return {{"reply", "none"}};
  if (read == Socket::Read::kEnd) return {{"reply", "closed"}};
  Json shown = DnsReply(query, std::string_view(buffer).substr(2, length));
  buffer.erase(0, 2 + length);
  return shown;
}

Json AskTcp(const Json& ask, const std::string& query, Socket& socket, Clock::time_point deadline) {
  std::string framed = {static_cast<char>(query.size() >> 8U & 0xffU), static_cast<char>(query.size() & 0xffU)};
  framed += query;
  const int count = ask.value("repeat", 1);
  const bool pipeline = ask.value("pipeline", false);
  if (pipeline) {
    std::string all;
    for (int i = 0; i < count; ++i) all += framed;
    if (!socket.Send(all)) return {{"reply", "closed"}};
  }
  std::string buffer;
  Json shown = Json::array();
  for (int i = 0; i < count; ++i) {
    bool sent = true;
    if (ask.value("split", false)) {
      for (const char octet : framed) sent = sent && socket.Send({&octet, 1});
    } else if (!pipeline) {
      sent = socket.Send(framed);
    }
    shown.push_back(sent ? TakeReply(query, socket, buffer, deadline) : Json{{"reply", "closed"}});
    if (shown.back().contains("reply")) break;
  }
  const bool all_same = std::ranges::all_of(shown, [&shown](const Json& one) { return one == shown[0]; });
  return all_same ? shown[0] : Json{{"differing replies", shown}};
}

}  // namespace

std::expected<Json, std::string> SendRaw(const Json& ask, const SocketAddress& server) {
  Socket socket(SOCK_STREAM, server);
  if (!socket.error().empty()) return std::unexpected(socket.error());
  const std::string raw = ask.value("raw", "");
  if (!socket.Send(raw)) return std::unexpected("the connection closed while the request was sent");
  std::vector<std::string> methods = Methods(raw);
  methods.resize(std::min<std::size_t>(methods.size(), ask.value("answers", 1U)));
  if (methods.empty()) methods.emplace_back("GET");

  AnswerReader reader(socket, Clock::now() + Timeout(ask, 10));
  Json answers = Json::array();
  for (const std::string& method : methods) {
    Response response;
    const auto outcome = reader.Next(method, response);
    if (outcome == AnswerReader::Outcome::kTimeout) return std::unexpected("no answer within the step's timeout");
    if (outcome == AnswerReader::Outcome::kClosed) break;
    Json answer = {{"status", response.status}, {"headers", KeptHeaders(response, true)}};
    AddBody(response.body, answer);
    answers.push_back(std::move(answer));
  }
  Json seen = {{"answers", std::move(answers)}};
  if (ask.value("connection", false)) seen["connection"] = reader.IsClosedWithin(milliseconds(300)) ? "closed" : "open";
  return seen;
}

std::expected<Json, std::string> AskDns(const Json& ask, const SocketAddress& server, std::uint16_t id) {
  const auto query = DnsQuery(ask, id);
  if (!query) return std::unexpected(query.error());
  const bool tcp = ask.value("proto", "udp") == "tcp";
  Socket socket(tcp ? SOCK_STREAM : SOCK_DGRAM, server);
  if (!socket.error().empty()) return std::unexpected(socket.error());
  const auto deadline = Clock::now() + Timeout(ask, 5);
  return tcp ? AskTcp(ask, *query, socket, deadline) : AskUdp(*query, socket, deadline);
}

}  // namespace mock_http::conformance
