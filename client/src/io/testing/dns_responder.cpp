#include "io/testing/dns_responder.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ldns/ldns.h>
// Without <stdbool.h> before it, ldns makes bool a macro, which breaks what is included after it.
#undef bool
#undef false
#undef true
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace client::testing {
namespace {

struct FreeLdns {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(char* text) const { std::free(text); }
};
using PacketPtr = std::unique_ptr<ldns_pkt, FreeLdns>;

PacketPtr Parse(const std::string& wire) {
  ldns_pkt* packet = nullptr;
  if (ldns_wire2pkt(&packet, reinterpret_cast<const std::uint8_t*>(wire.data()), wire.size()) != LDNS_STATUS_OK) {
    std::abort();
  }
  return PacketPtr(packet);
}

int Listen(int type, int port) {
  const int descriptor = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(descriptor);
    return -1;
  }
  return descriptor;
}

int PortOf(int descriptor) {
  sockaddr_in address = {};
  socklen_t length = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

}  // namespace

DnsResponder::DnsResponder(Handler handler) : handler_(std::move(handler)) {
  // A port that is free for UDP may be taken for TCP: try again with another.
  for (int tries = 0; tries < 20 && tcp_ < 0; ++tries) {
    if (udp_ >= 0) ::close(udp_);
    udp_ = Listen(SOCK_DGRAM, 0);
    port_ = PortOf(udp_);
    tcp_ = Listen(SOCK_STREAM, port_);
  }
  end_ = ::eventfd(0, EFD_CLOEXEC);
  if (tcp_ < 0 || ::listen(tcp_, 4) != 0 || end_ < 0) std::abort();
  thread_ = std::thread([this] { Run(); });
}

DnsResponder::~DnsResponder() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(end_, &one, sizeof one);
  thread_.join();
  for (const int descriptor : {udp_, tcp_, end_}) ::close(descriptor);
}

std::string DnsResponder::Address() const {
  return fmt::format("127.0.0.1:{}", port_);
}

std::vector<DnsRequest> DnsResponder::Requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void DnsResponder::Run() {
  while (true) {
    std::array<pollfd, 3> wait = {{{.fd = end_, .events = POLLIN, .revents = 0},
                                   {.fd = udp_, .events = POLLIN, .revents = 0},
                                   {.fd = tcp_, .events = POLLIN, .revents = 0}}};
    ::poll(wait.data(), wait.size(), -1);
    if (wait[0].revents != 0) return;
    if (wait[2].revents != 0) ServeTcp();
    if (wait[1].revents == 0) continue;
    std::array<char, 4096> bytes = {};
    sockaddr_storage from = {};
    socklen_t length = sizeof from;
    auto* sender = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = ::recvfrom(udp_, bytes.data(), bytes.size(), 0, sender, &length);
    if (got <= 0) continue;
    for (const std::string& reply : Handle(std::string(bytes.data(), static_cast<std::size_t>(got)), false)) {
      ::sendto(udp_, reply.data(), reply.size(), MSG_NOSIGNAL, sender, length);
    }
  }
}

void DnsResponder::ServeTcp() {
  const int descriptor = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  const timeval patience = {.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::array<unsigned char, 2> prefix = {};
  if (::recv(descriptor, prefix.data(), 2, MSG_WAITALL) == 2) {
    std::string wire((static_cast<std::size_t>(prefix[0]) << 8U) + prefix[1], '\0');
    if (::recv(descriptor, wire.data(), wire.size(), MSG_WAITALL) == static_cast<ssize_t>(wire.size())) {
      for (const std::string& reply : Handle(wire, true)) {
        std::string framed = {static_cast<char>(reply.size() >> 8U), static_cast<char>(reply.size() & 0xffU)};
        framed += reply;
        ::send(descriptor, framed.data(), framed.size(), MSG_NOSIGNAL);
      }
    }
  }
  ::close(descriptor);
}

std::vector<std::string> DnsResponder::Handle(const std::string& wire, bool tcp) {
  const PacketPtr packet = Parse(wire);
  const ldns_rr* question = ldns_rr_list_rr(ldns_pkt_question(packet.get()), 0);
  const std::unique_ptr<char, FreeLdns> name(ldns_rdf2str(ldns_rr_owner(question)));
  const DnsRequest request = {.wire = wire,
                              .name = name.get(),
                              .type = ldns_rr_get_type(question),
                              .tcp = tcp,
                              .edns = ldns_pkt_edns(packet.get()),
                              .recursion_desired = ldns_pkt_rd(packet.get())};
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  return handler_(request);
}

std::string Reply(const DnsRequest& request, const ReplyOptions& options) {
  const PacketPtr asked = Parse(request.wire);
  const PacketPtr reply(ldns_pkt_new());
  ldns_pkt_set_id(reply.get(), static_cast<std::uint16_t>(ldns_pkt_id(asked.get()) + options.id_offset));
  ldns_pkt_set_qr(reply.get(), true);
  ldns_pkt_set_aa(reply.get(), options.authoritative);
  ldns_pkt_set_tc(reply.get(), options.truncated);
  ldns_pkt_set_rcode(reply.get(), static_cast<std::uint8_t>(options.code));
  if (!options.without_question) {
    ldns_rr* question = ldns_rr_clone(ldns_rr_list_rr(ldns_pkt_question(asked.get()), 0));
    if (!options.question_name.empty()) {
      ldns_rdf_deep_free(ldns_rr_owner(question));
      ldns_rr_set_owner(question, ldns_dname_new_frm_str(options.question_name.c_str()));
    }
    ldns_rr_set_question(question, true);
    ldns_pkt_push_rr(reply.get(), LDNS_SECTION_QUESTION, question);
  }
  for (const std::string& text : options.records) {
    ldns_rr* record = nullptr;
    if (ldns_rr_new_frm_str(&record, text.c_str(), 1, nullptr, nullptr) != LDNS_STATUS_OK) std::abort();
    ldns_pkt_push_rr(reply.get(), LDNS_SECTION_ANSWER, record);
  }
  std::uint8_t* bytes = nullptr;
  std::size_t length = 0;
  if (ldns_pkt2wire(&bytes, reply.get(), &length) != LDNS_STATUS_OK) std::abort();
  std::string wire(reinterpret_cast<const char*>(bytes), length);
  std::free(bytes);
  return wire;
}

}  // namespace client::testing
