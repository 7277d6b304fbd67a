#include "io/dns_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <thread>

#include "base/text.h"

namespace client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

/// A name or an address; the scope behind '%' may be anything.
bool IsHost(const std::string& text) {
  if (text.find(':') != std::string::npos) {
    in6_addr address = {};
    return ::inet_pton(AF_INET6, text.substr(0, text.find('%')).c_str(), &address) == 1;
  }
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '.' || c == '-' || c == '_';
  });
}

std::optional<DnsAddress> GetAddress(const HostPort& server, int flags) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICSERV | flags;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &found) != 0) return std::nullopt;
  DnsAddress address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.length = found->ai_addrlen;
  ::freeaddrinfo(found);
  return address;
}

/// A look-up that may outlive the one who asked.
struct LookUp {
  HostPort server;
  int done = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::optional<DnsAddress> address = std::nullopt;  ///< read only once `done` is readable

  explicit LookUp(HostPort which) : server(std::move(which)) {}
  ~LookUp() {
    if (done >= 0) ::close(done);
  }
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;

  void Run() {
    address = GetAddress(server, 0);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(done, &one, sizeof one);
  }
};

}  // namespace

std::optional<HostPort> SplitServer(std::string_view server) {
  HostPort parts = {.host = std::string(server), .port = "53"};
  const std::size_t colon = server.rfind(':');
  if (server.starts_with('[')) {
    const std::size_t bracket = server.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    parts.host = server.substr(1, bracket - 1);
    if (parts.host.find(':') == std::string::npos) return std::nullopt;
    const std::string_view rest = server.substr(bracket + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
    if (!rest.empty()) parts.port = rest.substr(1);
  } else if (colon != std::string_view::npos && server.find(':') == colon) {
    parts.host = server.substr(0, colon);
    parts.port = server.substr(colon + 1);
  }
  if (!IsHost(parts.host) || !IsPort(parts.port)) return std::nullopt;
  return parts;
}

Result<DnsAddress> ResolveServer(const std::string& server, const Stop& stop, steady_clock::time_point end) {
  const auto parts = SplitServer(server);
  if (!parts) {
    return Fail(ErrorKind::kMisconfigured,
                fmt::format("DNS server {}: must be HOST or HOST:PORT, IPv6 in brackets", Printable(server)));
  }
  if (const auto address = GetAddress(*parts, AI_NUMERICHOST)) return *address;
  const auto look_up = std::make_shared<LookUp>(*parts);
  const auto fail = [&] {
    return Fail(ErrorKind::kTemporary, fmt::format("DNS server {}: its name can't be looked up", server));
  };
  if (look_up->done < 0) return fail();
  std::thread([look_up] { look_up->Run(); }).detach();
  while (true) {
    if (stop.Requested()) return Cancelled(stop);
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    if (left <= milliseconds::zero()) return fail();
    pollfd wait[] = {{.fd = look_up->done, .events = POLLIN, .revents = 0},
                     {.fd = stop.descriptor(), .events = POLLIN, .revents = 0}};
    ::poll(wait, 2, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (wait[0].revents == 0) continue;
    // Reading the descriptor orders this after the thread's writing of the address.
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(look_up->done, &count, sizeof count);
    if (!look_up->address) return fail();
    return *look_up->address;
  }
}

std::vector<std::string> ParseResolvConf(std::string_view content) {
  constexpr std::string_view kKeyword = "nameserver";
  std::vector<std::string> servers;
  while (!content.empty()) {
    std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(line.size() + 1, content.size()));
    line = Trim(line.substr(0, line.find_first_of("#;")));
    if (!line.starts_with(kKeyword)) continue;
    line.remove_prefix(kKeyword.size());
    if (line.empty() || !IsSpace(line.front())) continue;
    line = Trim(line);
    servers.push_back(line.find(':') == std::string_view::npos ? std::string(line) : fmt::format("[{}]", line));
  }
  return servers;
}

}  // namespace client
