#include "mock_kubeapi/authn/static_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(StaticTokens, ReadsTheTokenFileOfKubeApiserver) {
  const auto tokens = StaticTokens::Parse(
      "admin-token,lab-admin,admin-uid,\"system:masters,ops\"\r\n"
      "\n"
      "user-token,lab-user,user-uid\n"
      "\"quoted \"\"token\",u,,g");
  ASSERT_TRUE(tokens) << tokens.error();
  EXPECT_EQ(tokens->size(), 3U);
  ASSERT_NE(tokens->Find("admin-token"), nullptr);
  EXPECT_EQ(tokens->Find("admin-token")->name, "lab-admin");
  EXPECT_EQ(tokens->Find("admin-token")->uid, "admin-uid");
  EXPECT_THAT(tokens->Find("admin-token")->groups, ElementsAre("system:masters", "ops"));
  EXPECT_THAT(tokens->Find("user-token")->groups, IsEmpty());
  ASSERT_NE(tokens->Find("quoted \"token"), nullptr);
  EXPECT_EQ(tokens->Find("user"), nullptr);
}

TEST(StaticTokens, LetsTheLastLineOfATokenWin) {
  const auto tokens = StaticTokens::Parse("t,a,1\nt,b,2\n");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->Find("t")->name, "b");
}

TEST(StaticTokens, NamesTheLineThatIsWrongButNotItsToken) {
  const auto expect_error = [](const std::string& csv, const std::string& words) {
    const auto tokens = StaticTokens::Parse(csv);
    ASSERT_FALSE(tokens) << csv;
    EXPECT_THAT(tokens.error(), HasSubstr(words));
    EXPECT_THAT(tokens.error(), Not(HasSubstr("hidden")));
  };
  expect_error("a,b,c\nhidden,b\n", "line 2: 2 columns");
  expect_error(",user,uid\n", "line 1: the token is empty");
  expect_error("a,b,c\n\n\"hidden,b,c\n", "line 3: a quoted field is not closed");
  expect_error("hid\"den,b,c\n", "line 1: a quote within a field");
  expect_error("\"hidden\"x,b,c\n", "line 1: text behind a quoted field");
}

}  // namespace
}  // namespace mock_kubeapi
