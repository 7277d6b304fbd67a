#include "mock_http/request_target.h"

#include <gtest/gtest.h>

namespace mock_http {
namespace {

TEST(RequestTarget, IsDecodedAndKeepsTheQuery) {
  const auto target = ParseRequestTarget("GET", "/a%20b/%72egister?x=%zz");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/register");
  EXPECT_EQ(target->query, "?x=%zz");
  EXPECT_EQ(target->origin, "");
  EXPECT_EQ(ParseRequestTarget("GET", "//register")->path, "//register");
  EXPECT_EQ(ParseRequestTarget("GET", "/a#b")->path, "/a#b");
  EXPECT_EQ(ParseRequestTarget("OPTIONS", "*")->path, "*");
}

TEST(RequestTarget, MayBeAbsoluteOrOpaque) {
  const auto absolute = ParseRequestTarget("GET", "HTTPS://u:p@[::1%25lo]:1/x?y");
  ASSERT_TRUE(absolute);
  EXPECT_EQ(absolute->origin, "https://u:p@[::1%25lo]:1");
  EXPECT_EQ(absolute->path, "/x");
  EXPECT_EQ(ParseRequestTarget("GET", "http://\xc3%a9%25/")->origin, "http://%C3%A9%25");
  EXPECT_EQ(ParseRequestTarget("GET", "http://h")->path, "");
  EXPECT_EQ(ParseRequestTarget("GET", "http:/health")->path, "/health");
  EXPECT_EQ(ParseRequestTarget("GET", "http:/health")->origin, "http:");
  EXPECT_EQ(ParseRequestTarget("GET", "http:///health")->path, "/health");
  const auto opaque = ParseRequestTarget("GET", "A:b?c");
  ASSERT_TRUE(opaque);
  EXPECT_TRUE(opaque->is_opaque);
  EXPECT_EQ(opaque->origin, "a:b");
  EXPECT_EQ(opaque->path, "");
  EXPECT_EQ(opaque->query, "?c");
}

TEST(RequestTarget, OfConnectIsAHost) {
  EXPECT_EQ(ParseRequestTarget("CONNECT", "h:1")->path, "");
  EXPECT_EQ(ParseRequestTarget("CONNECT", "h:1")->origin, "//h:1");
  EXPECT_EQ(ParseRequestTarget("CONNECT", "/register")->path, "/register");
  EXPECT_FALSE(ParseRequestTarget("CONNECT", "h:x"));
}

TEST(RequestTarget, IsRefusedAsGoRefusesIt) {
  for (const char* target : {"",
                             "register",
                             "?x",
                             "/%zz",
                             "/%",
                             "/%1",
                             "/a\x01",
                             "/a\x7f",
                             "http://h#f/",
                             "://x",
                             ":x",
                             "http://h:y/",
                             "http://[::1/",
                             "http://[::1]x/",
                             "http://h%41/",
                             "http://h%zz/",
                             "http://a b/",
                             "http://u%zz@h/",
                             "http://u\"@h/",
                             "1http://h/",
                             "ht_tp://h/"}) {
    EXPECT_FALSE(ParseRequestTarget("GET", target)) << target;
  }
  for (const char* target : {"http://h:/", "http://h%25/", "http://h%c3%a9/", "http://\xc3\xa9/", "h-1.x+y://h/"}) {
    EXPECT_TRUE(ParseRequestTarget("GET", target)) << target;
  }
}

}  // namespace
}  // namespace mock_http
