#include "acmedns/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Endpoint, TakesHttpsWhereNoSchemeIsGiven) {
  EXPECT_EQ(NormaliseEndpoint("acme-dns.example.com"), "https://acme-dns.example.com");
  EXPECT_EQ(NormaliseEndpoint("acme-dns.example.com:8443/api"), "https://acme-dns.example.com:8443/api");
  EXPECT_EQ(NormaliseEndpoint("localhost:80"), "https://localhost:80");
}

TEST(Endpoint, KeepsSchemePortAndPathAndDropsFinalSlashes) {
  EXPECT_EQ(NormaliseEndpoint("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(NormaliseEndpoint(" HTTPS://Acme-DNS.example.com/Api/// \n"), "https://acme-dns.example.com/Api");
  EXPECT_EQ(NormaliseEndpoint("https://[2001:DB8::1]:443/"), "https://[2001:db8::1]:443");
  EXPECT_EQ(NormaliseEndpoint("https://[::1]"), "https://[::1]");
}

TEST(Endpoint, RefusesWhatIsNoBaseUrl) {
  for (const char* text : {"",
                           "  ",
                           "ftp://x",
                           "https://",
                           "https:///path",
                           "https://x:0",
                           "https://x:65536",
                           "https://x:",
                           "https://x:-1",
                           "https://x:8a",
                           "https://x?y",
                           "https://x/#f",
                           "https://a b",
                           "https://\xc3\xa9.example",
                           "https://[::1",
                           "https://[::1]x",
                           "https://[x]",
                           "https://a,b",
                           "https://x:1:2",
                           "https://x\n.example"}) {
    const auto endpoint = NormaliseEndpoint(text);
    ASSERT_FALSE(endpoint.has_value()) << text;
    EXPECT_EQ(endpoint.error().kind, ErrorKind::kMisconfigured) << text;
    EXPECT_THAT(endpoint.error().message, HasSubstr("the acme-dns URL ")) << text;
  }
}

TEST(Endpoint, RefusesCredentialsInTheUrlWithoutRepeatingThem) {
  const auto endpoint = NormaliseEndpoint("https://me:hunter2@acme-dns.example.com");
  ASSERT_FALSE(endpoint.has_value());
  EXPECT_THAT(endpoint.error().message, HasSubstr("--password-file"));
  EXPECT_THAT(endpoint.error().message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace client
