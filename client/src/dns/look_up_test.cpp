#include "dns/look_up.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "dns/fake_resolver.h"

namespace client {
namespace {

using ::testing::ElementsAre;
using testing::FakeResolver;
using ::testing::HasSubstr;

TEST(CanonicalName, IsLowerCaseWithAFinalDot) {
  EXPECT_EQ(CanonicalName("Auth.Example.ORG"), "auth.example.org.");
  EXPECT_EQ(CanonicalName("auth.example.org."), "auth.example.org.");
}

TEST(ParentName, EndsAtTheRoot) {
  EXPECT_EQ(ParentName("a.b.c."), "b.c.");
  EXPECT_EQ(ParentName("c."), ".");
  EXPECT_EQ(ParentName("."), ".");
}

TEST(LookUp, TakesTheFirstUsefulAnswer) {
  FakeResolver dns;
  dns.Behave("192.0.2.1", FakeResolver::Fails(ErrorKind::kTemporary));
  dns.Behave("192.0.2.2", FakeResolver::Says(DnsCode::kServFail));
  dns.Add("192.0.2.3", "a.example.org", DnsType::kA, "192.0.2.9");
  const auto answer = LookUp(dns, {.resolvers = {"192.0.2.1", "192.0.2.2", "192.0.2.3"}}, "a.example.org", DnsType::kA);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->records.size(), 1U);
  EXPECT_EQ(answer->records[0].data, "192.0.2.9");
}

TEST(LookUp, TellsWhatEachServerSaidWhenNoneHelps) {
  FakeResolver dns;
  dns.Behave("192.0.2.1", FakeResolver::Fails(ErrorKind::kTemporary));
  dns.Behave("192.0.2.2", FakeResolver::Says(DnsCode::kRefused));
  const auto answer = LookUp(dns, {.resolvers = {"192.0.2.1", "192.0.2.2"}}, "a.example.org", DnsType::kA);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(answer.error().message, HasSubstr("192.0.2.1: no answer in time; 192.0.2.2 says REFUSED"));
}

TEST(LookUp, EndsAtOnceWhenStoppedOrMisconfigured) {
  for (const ErrorKind kind : {ErrorKind::kCancelled, ErrorKind::kMisconfigured}) {
    FakeResolver dns;
    dns.Behave("192.0.2.1", FakeResolver::Fails(kind));
    const auto answer = LookUp(dns, {.resolvers = {"192.0.2.1", "192.0.2.2"}}, "a.example.org", DnsType::kA);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, kind);
    EXPECT_EQ(dns.questions.size(), 1U);
  }
}

std::vector<std::string> Addresses(const std::vector<NameServer>& servers) {
  std::vector<std::string> addresses;
  addresses.reserve(servers.size());
  for (const NameServer& server : servers) addresses.push_back(server.address);
  return addresses;
}

TEST(FindNameServers, WalksUpToTheZoneWithoutAskingForTheNameItself) {
  FakeResolver dns;
  dns.Add("", "example.org", DnsType::kNs, "ns1.example.org.");
  dns.Add("", "example.org", DnsType::kNs, "ns2.example.net.");
  dns.Add("", "ns1.example.org", DnsType::kA, "192.0.2.1");
  dns.Add("", "ns2.example.net", DnsType::kAaaa, "2001:db8::2");
  const auto servers = FindNameServers(dns, {}, "Id.sub.Example.org");
  ASSERT_TRUE(servers);
  EXPECT_THAT(Addresses(*servers), ElementsAre("192.0.2.1", "[2001:db8::2]"));
  EXPECT_TRUE(std::ranges::none_of(dns.questions, [](const DnsQuestion& q) { return q.name.starts_with("id."); }));
}

TEST(FindNameServers, StopsAtTheNearestZone) {
  FakeResolver dns;
  dns.Add("", "auth.example.org", DnsType::kNs, "auth.example.org.");
  dns.Add("", "auth.example.org", DnsType::kA, "192.0.2.1");
  dns.Add("", "example.org", DnsType::kNs, "ns.example.org.");
  dns.Add("", "ns.example.org", DnsType::kA, "192.0.2.2");
  const auto servers = FindNameServers(dns, {}, "id.auth.example.org");
  ASSERT_TRUE(servers);
  EXPECT_THAT(Addresses(*servers), ElementsAre("192.0.2.1"));
}

TEST(FindNameServers, LeavesOutServersWithoutAddress) {
  FakeResolver dns;
  dns.Add("", "auth.example.org", DnsType::kNs, "gone.example.org.");
  dns.Add("", "auth.example.org", DnsType::kNs, "ns.example.org.");
  dns.Add("", "ns.example.org", DnsType::kA, "192.0.2.2");
  const auto servers = FindNameServers(dns, {}, "id.auth.example.org");
  ASSERT_TRUE(servers);
  EXPECT_THAT(Addresses(*servers), ElementsAre("192.0.2.2"));
}

TEST(FindNameServers, SaysWhichServersHaveNoAddress) {
  FakeResolver dns;
  dns.Add("", "auth.example.org", DnsType::kNs, "gone.example.org.");
  const auto servers = FindNameServers(dns, {}, "id.auth.example.org");
  ASSERT_FALSE(servers);
  EXPECT_EQ(servers.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(servers.error().message, HasSubstr("gone.example.org. has no address"));
}

TEST(FindNameServers, FailsWhereThereIsNoZone) {
  FakeResolver dns;
  const auto servers = FindNameServers(dns, {}, "id.auth.example.org");
  ASSERT_FALSE(servers);
  EXPECT_THAT(servers.error().message, HasSubstr("no name servers can be found for id.auth.example.org."));
}

TEST(FindNameServers, DoesNotMistakeServfailForTheEndOfAZone) {
  FakeResolver dns;
  dns.Behave("", FakeResolver::Says(DnsCode::kServFail));
  const auto servers = FindNameServers(dns, {}, "id.auth.example.org");
  ASSERT_FALSE(servers);
  EXPECT_EQ(dns.questions.size(), 1U);
}

}  // namespace
}  // namespace client
