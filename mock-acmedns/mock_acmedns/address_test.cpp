#include "mock_acmedns/address.h"

#include <gtest/gtest.h>

namespace mock_acmedns {
namespace {

bool Holds(std::string_view network, std::string_view address) {
  return Network::Parse(network).value().Contains(ParseIp(address).value());
}

TEST(ParseIp, TakesWhatGoTakes) {
  for (const char* text : {"127.0.0.1", "0.0.0.0", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
                           "1::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "2001:DB8::1", "00001::", "1:2:3:4:5:6:7::"}) {
    EXPECT_TRUE(ParseIp(text)) << text;
  }
}

TEST(ParseIp, RefusesWhatGoRefuses) {
  for (const char* text : {"",
                           "1.2.3",
                           "1.2.3.4.5",
                           "01.2.3.4",
                           "256.1.1.1",
                           "1..2.3",
                           "1.2.3.",
                           "-1.2.3.4",
                           "1.2.3.4 ",
                           ":",
                           ":::",
                           "1:",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "12345::",
                           "g::",
                           "::1.2.3",
                           "::1.2.3.256",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "fe80::1%eth0",
                           "1:2:3:4::5:6:7:8",
                           "localhost",
                           "[::1]"}) {
    EXPECT_FALSE(ParseIp(text)) << text;
  }
}

TEST(Network, RefusesBadPrefixes) {
  for (const char* text : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ",
                           "::/129", "10.0.0.0/8/8", "/8", "10.0.0.0/99999999999"}) {
    EXPECT_FALSE(Network::Parse(text)) << text;
  }
  EXPECT_TRUE(Network::Parse("10.1.2.3/08"));
}

TEST(Network, IgnoresHostBits) {
  EXPECT_TRUE(Holds("192.168.100.1/24", "192.168.100.200"));
  EXPECT_FALSE(Holds("192.168.100.1/24", "192.168.101.1"));
  EXPECT_TRUE(Holds("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(Holds("2001:db8::1/32", "2001:db8:ffff::"));
  EXPECT_FALSE(Holds("2001:db8::/33", "2001:db8:ffff::"));
  EXPECT_TRUE(Holds("10.9.8.7/9", "10.127.0.1"));
  EXPECT_FALSE(Holds("10.9.8.7/9", "10.128.0.1"));
}

TEST(Network, KeepsTheFamiliesApartExceptMappedAddresses) {
  EXPECT_FALSE(Holds("::/0", "127.0.0.1"));
  EXPECT_FALSE(Holds("0.0.0.0/0", "::1"));
  EXPECT_TRUE(Holds("127.0.0.0/8", "::ffff:127.0.0.1"));
  EXPECT_TRUE(Holds("::ffff:10.0.0.0/104", "10.1.2.3"));
  EXPECT_FALSE(Holds("::ffff:10.0.0.0/80", "10.1.2.3"));
}

TEST(WithoutBrackets, DropsThemAnywhere) {
  EXPECT_EQ(WithoutBrackets("[::1]/128"), "::1/128");
  EXPECT_EQ(WithoutBrackets("1[0].0.0.0/8]"), "10.0.0.0/8");
}

}  // namespace
}  // namespace mock_acmedns
