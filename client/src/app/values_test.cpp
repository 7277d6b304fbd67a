#include "app/values.h"

#include <gmock/gmock.h>

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseDuration, KnowsItsUnits) {
  EXPECT_EQ(ParseDuration("500ms"), 500ms);
  EXPECT_EQ(ParseDuration("10s"), 10s);
  EXPECT_EQ(ParseDuration("10"), 10s);
  EXPECT_EQ(ParseDuration("2m"), 2min);
  EXPECT_EQ(ParseDuration("24h"), 24h);
}

TEST(ParseDelay, TakesZeroToo) {
  EXPECT_EQ(ParseDelay("0"), 0s);
  EXPECT_EQ(ParseDelay("0ms"), 0s);
  EXPECT_EQ(ParseDelay("59s"), 59s);
  EXPECT_FALSE(ParseDelay("-1s"));
  EXPECT_FALSE(ParseDelay(""));
}

TEST(ParseDuration, RefusesAllElse) {
  for (const char* text :
       {"", "s", "0", "0s", "-1s", "1.5s", "1d", "25h", "1 s", "99999999999999999999s", "86400001ms"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(ParseNumber, KeepsToItsRange) {
  EXPECT_EQ(ParseNumber("7", {.min = 1, .max = 9}), 7);
  for (const char* text : {"0", "10", "x", "7x", "", "99999999999"}) {
    EXPECT_FALSE(ParseNumber(text, {.min = 1, .max = 9})) << text;
  }
}

TEST(ParseList, TakesJsonAndCommas) {
  EXPECT_THAT(*ParseList(R"( ["a", "b c"] )"), ElementsAre("a", "b c"));
  EXPECT_THAT(*ParseList("a,b, c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(*ParseList(""), IsEmpty());
  EXPECT_FALSE(ParseList("[1]"));
  EXPECT_FALSE(ParseList("[\"a\""));
}

TEST(CheckCidr, TakesWhatAcmeDnsTakes) {
  for (const char* text : {"192.0.2.0/24", "192.0.2.1/32", "0.0.0.0/0", "2001:db8::/32", "::1/128"}) {
    EXPECT_TRUE(CheckCidr(text)) << text;
  }
  for (const char* text :
       {"192.0.2.1", "192.0.2.0/33", "192.0.2/24", "x/8", "/8", "192.0.2.0/", "::/129", "1.2.3.4/-1"}) {
    EXPECT_FALSE(CheckCidr(text)) << text;
  }
}

TEST(CheckObjectName, FollowsKubernetes) {
  for (const char* text : {"a", "acme-dns-register", "a.b-c.d", "0"}) EXPECT_TRUE(CheckObjectName(text)) << text;
  for (const char* text : {"", "A", "-a", "a-", "a..b", ".a", "a_b", "a/b"})
    EXPECT_FALSE(CheckObjectName(text)) << text;
  EXPECT_TRUE(CheckObjectName(std::string(253, 'a')));
  EXPECT_FALSE(CheckObjectName(std::string(254, 'a')));
}

TEST(CheckNamespaceName, FollowsKubernetes) {
  EXPECT_TRUE(CheckNamespaceName("cert-manager"));
  EXPECT_TRUE(CheckNamespaceName(std::string(63, 'a')));
  for (const char* text : {"", "a.b", "A", "-a"}) EXPECT_FALSE(CheckNamespaceName(text)) << text;
  EXPECT_FALSE(CheckNamespaceName(std::string(64, 'a')));
}

}  // namespace
}  // namespace client
