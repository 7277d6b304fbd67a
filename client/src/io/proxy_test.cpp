#include "io/proxy.h"

#include <gtest/gtest.h>

namespace client {
namespace {

constexpr ProxyTarget kTarget = {.scheme = "https", .host = "api.example.com", .port = "443"};

bool GoesDirectly(const std::string& no_proxy, const ProxyTarget& target = kTarget) {
  return ChooseProxy({.http = "h", .https = "s", .no_proxy = no_proxy}, target).empty();
}

ProxyTarget Host(std::string_view host) {
  return {.scheme = "https", .host = host, .port = "443"};
}

TEST(ChooseProxy, GoesByTheSchemeOfTheRequest) {
  const ProxySettings settings = {.http = "h", .https = "s", .no_proxy = {}};
  EXPECT_EQ(ChooseProxy(settings, {.scheme = "http", .host = "a", .port = "80"}), "h");
  EXPECT_EQ(ChooseProxy(settings, {.scheme = "https", .host = "a", .port = "443"}), "s");
  EXPECT_EQ(ChooseProxy({}, kTarget), "");
}

TEST(ChooseProxy, ExceptsNamesAndWhatIsUnderThem) {
  for (const char* list : {"api.example.com", "example.com", ".example.com", "*.example.com", "EXAMPLE.com", "com", "*",
                           "a, example.com", "a example.com", ",,example.com,", "example.com."}) {
    EXPECT_TRUE(GoesDirectly(list)) << list;
  }
  for (const char* list : {"", "ample.com", "www.api.example.com", "api.example", "example.com.org", ".", "*."}) {
    EXPECT_FALSE(GoesDirectly(list)) << list;
  }
}

TEST(ChooseProxy, ExceptsAddressesAndRanges) {
  EXPECT_TRUE(GoesDirectly("10.0.0.0/8", Host("10.1.2.3")));
  EXPECT_TRUE(GoesDirectly("10.1.2.3", Host("10.1.2.3")));
  EXPECT_TRUE(GoesDirectly("10.1.2.0/31", Host("10.1.2.1")));
  EXPECT_TRUE(GoesDirectly("2001:db8::/32", Host("[2001:db8::1]")));
  EXPECT_TRUE(GoesDirectly("[2001:db8::1]", Host("[2001:db8::1]")));
  EXPECT_TRUE(GoesDirectly("0.0.0.0/0", Host("10.1.2.3")));
  EXPECT_FALSE(GoesDirectly("10.0.0.0/8", Host("11.1.2.3")));
  EXPECT_FALSE(GoesDirectly("10.1.2.0/31", Host("10.1.2.2")));
  EXPECT_FALSE(GoesDirectly("10.0.0.0/33", Host("10.0.0.1")));
  EXPECT_FALSE(GoesDirectly("10.0.0.0/", Host("10.0.0.1")));
  EXPECT_FALSE(GoesDirectly("2001:db8::/32", Host("32.1.13.184")));
  EXPECT_FALSE(GoesDirectly("1.2.3", Host("0.1.2.3")));
}

TEST(ChooseProxy, MindsThePortOfAnException) {
  EXPECT_TRUE(GoesDirectly("example.com:443"));
  EXPECT_FALSE(GoesDirectly("example.com:8443"));
  EXPECT_TRUE(GoesDirectly("[2001:db8::1]:443", Host("[2001:db8::1]")));
  EXPECT_FALSE(GoesDirectly("[2001:db8::1]:1", Host("[2001:db8::1]")));
}

}  // namespace
}  // namespace client
