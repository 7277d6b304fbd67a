#include "io/dns_server.h"

#include <gmock/gmock.h>
#include <netinet/in.h>

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Split(std::string_view server) {
  const auto parts = SplitServer(server);
  return parts ? parts->host + " " + parts->port : "nothing";
}

TEST(SplitServer, KnowsHostsAndPorts) {
  EXPECT_EQ(Split("192.0.2.1"), "192.0.2.1 53");
  EXPECT_EQ(Split("192.0.2.1:5353"), "192.0.2.1 5353");
  EXPECT_EQ(Split("dns.example.org:53"), "dns.example.org 53");
  EXPECT_EQ(Split("2001:db8::1"), "2001:db8::1 53");
  EXPECT_EQ(Split("[2001:db8::1]"), "2001:db8::1 53");
  EXPECT_EQ(Split("[2001:db8::1]:5353"), "2001:db8::1 5353");
}

TEST(SplitServer, RefusesAllElse) {
  for (const char* text : {"", ":53", "a:", "a:0", "a:65536", "a:x", "a b", "[::1", "[::1]x", "[]:53", "a\n"}) {
    EXPECT_EQ(Split(text), "nothing") << text;
  }
}

TEST(ParseResolvConf, TakesTheNameserverLines) {
  EXPECT_THAT(ParseResolvConf("# comment\nsearch example.org\nnameserver 192.0.2.1\n nameserver\t2001:db8::1 # two\n"
                              "nameserverx 192.0.2.9\nnameserver\noptions ndots:5\nnameserver 192.0.2.3"),
              ElementsAre("192.0.2.1", "[2001:db8::1]", "192.0.2.3"));
  EXPECT_THAT(ParseResolvConf(""), IsEmpty());
}

TEST(ResolveServer, TakesAddressesWithoutALookUp) {
  const auto stop = *Stop::Create();
  const auto end = std::chrono::steady_clock::now();  // no time for one
  const auto ipv4 = ResolveServer("192.0.2.1:5353", *stop, end);
  ASSERT_TRUE(ipv4);
  EXPECT_EQ(ipv4->storage.ss_family, AF_INET);
  EXPECT_EQ(ntohs(reinterpret_cast<const sockaddr_in&>(ipv4->storage).sin_port), 5353);
  const auto ipv6 = ResolveServer("[2001:db8::1]", *stop, end);
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->storage.ss_family, AF_INET6);
}

TEST(ResolveServer, SaysWhatIsWrong) {
  const auto stop = *Stop::Create();
  const auto end = std::chrono::steady_clock::now() + 5s;
  EXPECT_EQ(ResolveServer("a b", *stop, end).error().kind, ErrorKind::kMisconfigured);
  stop->Request();
  EXPECT_EQ(ResolveServer("localhost", *stop, end).error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace client
