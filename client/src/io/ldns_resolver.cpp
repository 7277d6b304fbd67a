#include "io/ldns_resolver.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "base/text.h"
#include "io/dns_message.h"
#include "io/dns_server.h"
#include "io/files.h"

namespace client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kServersMax = 3;  // as the C library has it
constexpr int kSendingsMax = 2;

class Socket {
 public:
  Socket(const DnsAddress& address, int type)
      : number_(::socket(address.storage.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (number_ >= 0) ::close(number_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

/// One question to one server: what its steps share.
struct Exchange {
  const Stop& stop;
  const DnsAddress& address;
  const DnsQuery& query;
  std::string who;  ///< for messages
  steady_clock::time_point end;

  std::unexpected<Error> Temporary(std::string_view reason) const {
    return Fail(ErrorKind::kTemporary, fmt::format("DNS server {}: {}", who, reason));
  }

  /// Until the socket is ready or `until`, whichever is first; false for the latter.
  Result<bool> Wait(const Socket& socket, short events, steady_clock::time_point until) const {
    while (true) {
      if (stop.Requested()) return Cancelled(stop);
      const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
      if (left <= milliseconds::zero()) return false;
      pollfd wait[] = {{.fd = socket.number(), .events = events, .revents = 0},
                       {.fd = stop.descriptor(), .events = POLLIN, .revents = 0}};
      ::poll(wait, 2, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
      if (wait[0].revents != 0) return true;
    }
  }

  Result<void> Connect(const Socket& socket) const {
    if (socket.number() < 0) return Temporary("no socket for its address family");
    const auto* peer = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(socket.number(), peer, address.length) == 0) return {};
    if (errno != EINPROGRESS) return Temporary(std::generic_category().message(errno));
    const Result<bool> ready = Wait(socket, POLLOUT, end);
    if (!ready) return std::unexpected(ready.error());
    if (!*ready) return Temporary("no connection in time");
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return Temporary(std::generic_category().message(error));
    return {};
  }

  Result<std::string> AskOverUdp() const {
    const Socket socket(address, SOCK_DGRAM);
    if (auto connected = Connect(socket); !connected) return std::unexpected(connected.error());
    std::string datagram(65'535, '\0');
    const auto started = steady_clock::now();
    for (int sending = 1; sending <= kSendingsMax; ++sending) {
      const std::string& wire = query.wire;
      if (::send(socket.number(), wire.data(), wire.size(), MSG_NOSIGNAL) < 0 && errno != EAGAIN) {
        return Temporary(std::generic_category().message(errno));
      }
      const auto until = started + (end - started) * sending / kSendingsMax;
      while (true) {
        const Result<bool> ready = Wait(socket, POLLIN, until);
        if (!ready) return std::unexpected(ready.error());
        if (!*ready) break;
        const ssize_t got = ::recv(socket.number(), datagram.data(), datagram.size(), 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got < 0) return Temporary(std::generic_category().message(errno));  // refused by ICMP
        const std::string_view wire_answer(datagram.data(), static_cast<std::size_t>(got));
        // Anything else is somebody's guess or an answer that comes late.
        if (IsAnswerTo(query, wire_answer)) return std::string(wire_answer);
      }
    }
    return Temporary("no answer in time");
  }

  Result<void> SendAll(const Socket& socket, std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return Temporary(std::generic_category().message(errno));
      const Result<bool> ready = Wait(socket, POLLOUT, end);
      if (!ready) return std::unexpected(ready.error());
      if (!*ready) return Temporary("takes no question over TCP in time");
    }
    return {};
  }

  Result<std::string> ReceiveExactly(const Socket& socket, std::size_t length) const {
    std::string bytes(length, '\0');
    for (std::size_t have = 0; have < length;) {
      const Result<bool> ready = Wait(socket, POLLIN, end);
      if (!ready) return std::unexpected(ready.error());
      if (!*ready) return Temporary("no complete answer over TCP in time");
      const ssize_t got = ::recv(socket.number(), bytes.data() + have, length - have, 0);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got < 0) return Temporary(std::generic_category().message(errno));
      if (got == 0) return Temporary("closed the TCP connection without a complete answer");
      have += static_cast<std::size_t>(got);
    }
    return bytes;
  }

  Result<std::string> AskOverTcp() const {
    const Socket socket(address, SOCK_STREAM);
    if (auto connected = Connect(socket); !connected) return std::unexpected(connected.error());
    std::string framed = {static_cast<char>(query.wire.size() >> 8U), static_cast<char>(query.wire.size() & 0xffU)};
    framed += query.wire;
    if (auto sent = SendAll(socket, framed); !sent) return std::unexpected(sent.error());
    const Result<std::string> prefix = ReceiveExactly(socket, 2);
    if (!prefix) return prefix;
    const auto length = (static_cast<unsigned char>((*prefix)[0]) << 8U) + static_cast<unsigned char>((*prefix)[1]);
    Result<std::string> answer = ReceiveExactly(socket, static_cast<std::size_t>(length));
    if (answer && !IsAnswerTo(query, *answer)) return Temporary("answers another question");
    return answer;
  }

  Result<ParsedAnswer> Ask() const {
    Result<std::string> wire = AskOverUdp();
    if (!wire) return std::unexpected(wire.error());
    if (IsTruncated(*wire)) wire = AskOverTcp();
    if (!wire) return std::unexpected(wire.error());
    auto parsed = ParseAnswer(*wire);
    if (!parsed) return Temporary("the answer is no DNS message");
    return *std::move(parsed);
  }
};

}  // namespace

LdnsResolver::LdnsResolver(const Stop& stop, Random& random, Options options)
    : stop_(stop), random_(random), options_(std::move(options)) {}

Result<DnsAnswer> LdnsResolver::AskServer(const DnsQuestion& question, const std::string& server,
                                          steady_clock::time_point end) {
  const auto address = ResolveServer(server, stop_, end);
  if (!address) return std::unexpected(address.error());
  for (const bool with_edns : {true, false}) {
    const auto id = static_cast<std::uint16_t>(random_.Next());
    const auto query = MakeQuery(question, {.id = id, .edns = with_edns});
    if (!query) return std::unexpected(query.error());
    const Exchange exchange = {.stop = stop_, .address = *address, .query = *query, .who = server, .end = end};
    auto parsed = exchange.Ask();
    if (!parsed) return std::unexpected(parsed.error());
    // A server from before EDNS says FORMERR or NOTIMP to the additional record, not to the question.
    if (with_edns && parsed->refuses_edns) continue;
    return std::move(parsed->answer);
  }
  return Fail(ErrorKind::kTemporary, fmt::format("DNS server {}: understands no question", server));
}

Result<DnsAnswer> LdnsResolver::Ask(const DnsQuestion& question) {
  const auto end = steady_clock::now() + question.timeout;
  if (!question.server.empty()) return AskServer(question, question.server, end);
  const auto servers = SystemServers();
  if (!servers) return std::unexpected(servers.error());
  // The time is shared, so that a dead first server leaves some for the second.
  Result<DnsAnswer> last = Fail(ErrorKind::kTemporary, "no DNS server");
  for (std::size_t i = 0; i < servers->size(); ++i) {
    const auto now = steady_clock::now();
    last = AskServer(question, (*servers)[i], now + (end - now) / static_cast<int>(servers->size() - i));
    const bool try_next = last ? last->code == DnsCode::kServFail || last->code == DnsCode::kRefused
                               : last.error().kind == ErrorKind::kTemporary;
    if (!try_next) break;
  }
  return last;
}

Result<std::vector<std::string>> LdnsResolver::SystemServers() {
  if (!system_servers_.empty()) return system_servers_;
  const auto content = ReadFile(options_.resolv_conf_path);
  if (!content && content.error().kind != ErrorKind::kNotFound) return std::unexpected(content.error());
  system_servers_ = content ? ParseResolvConf(*content) : std::vector<std::string>();
  if (system_servers_.empty()) system_servers_ = {"127.0.0.1"};  // resolv.conf(5)'s default
  if (system_servers_.size() > kServersMax) system_servers_.resize(kServersMax);
  return system_servers_;
}

}  // namespace client
