#include "mock_kubeapi/authn/user_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mock_kubeapi {
namespace {

TEST(ServiceAccountUser, IsInTheGroupsOfAllAccountsAndOfItsNamespace) {
  const UserInfo user = ServiceAccountUser({.namespace_name = "a", .name = "bot"}, "u1");
  EXPECT_EQ(user.name, "system:serviceaccount:a:bot");
  EXPECT_EQ(user.uid, "u1");
  EXPECT_THAT(user.groups, testing::ElementsAre("system:serviceaccounts", "system:serviceaccounts:a"));
  EXPECT_TRUE(user.InGroup(kServiceAccountsGroup));
  EXPECT_FALSE(user.InGroup(kMastersGroup));
}

TEST(ServiceAccountUser, IsRecognisedByItsName) {
  const auto account = ParseServiceAccountUser("system:serviceaccount:a:bot");
  ASSERT_TRUE(account);
  EXPECT_EQ(account->namespace_name, "a");
  EXPECT_EQ(account->name, "bot");
  for (const char* name :
       {"", "bot", "system:serviceaccount:a", "system:serviceaccount:a:b:c", "system:serviceaccounts:a:b"}) {
    EXPECT_FALSE(ParseServiceAccountUser(name)) << name;
  }
}

}  // namespace
}  // namespace mock_kubeapi
