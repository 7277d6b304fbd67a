#include "mock_acmedns/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace mock_acmedns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

class DatabaseTest : public ::testing::Test {
 protected:
  const Account& Register() { return **database_.Register({}); }
  void Update(const Account& account, const std::string& txt) { ASSERT_TRUE(database_.Update(account.subdomain, txt)); }

  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_{1};
  Database database_{clock_, random_};
};

TEST_F(DatabaseTest, MakesSeparateAccounts) {
  const Account one = Register();
  const Account two = Register();
  EXPECT_NE(one.password, two.password);
  EXPECT_EQ(one.password.size(), 40U);
  EXPECT_FALSE(one.username == one.subdomain);
  EXPECT_EQ(database_.FindByUsername(one.username).value()->password, one.password);
  EXPECT_EQ(database_.FindByUsername(one.subdomain).error(), DatabaseError::kNoSuchAccount);
  EXPECT_EQ(database_.Accounts().size(), 2U);
}

TEST_F(DatabaseTest, ReplacesTheOlderValueInItsPlace) {
  const Account& account = Register();
  Update(account, "A");
  EXPECT_THAT(account.values, ElementsAre("A", ""));
  Update(account, "B");
  EXPECT_THAT(account.values, ElementsAre("A", "B"));
  clock_.Advance(seconds(2));
  Update(account, "C");
  EXPECT_THAT(account.values, ElementsAre("C", "B"));
  clock_.Advance(seconds(2));
  Update(account, "D");
  EXPECT_THAT(account.values, ElementsAre("C", "D"));
}

TEST_F(DatabaseTest, CountsAgeInWholeSeconds) {
  const Account& account = Register();
  Update(account, "A");
  clock_.Advance(milliseconds(990));
  Update(account, "B");
  Update(account, "C");
  Update(account, "D");
  EXPECT_THAT(account.values, ElementsAre("D", "B"));
}

TEST_F(DatabaseTest, RemembersEarlierValues) {
  const Account& account = Register();
  const auto before = clock_.Now();
  EXPECT_THAT(ValuesBeforeLastUpdate(account), ElementsAre("", ""));
  clock_.Advance(seconds(1));
  Update(account, "A");
  clock_.Advance(seconds(10));
  Update(account, "B");
  EXPECT_THAT(ValuesBeforeLastUpdate(account), ElementsAre("A", ""));
  EXPECT_THAT(ValuesAt(account, before), ElementsAre("", ""));
  EXPECT_THAT(ValuesAt(account, clock_.Now() - seconds(1)), ElementsAre("A", ""));
  EXPECT_THAT(ValuesAt(account, clock_.Now()), ElementsAre("A", "B"));
  for (std::size_t i = 0; i < 2 * Database::kChangesMax; ++i) Update(account, std::to_string(i));
  EXPECT_EQ(account.changes.size(), Database::kChangesMax);
}

TEST_F(DatabaseTest, FailsAsItsStateSays) {
  const Account& account = Register();
  database_.SetState(DatabaseState::kReadOnly);
  EXPECT_TRUE(database_.FindByUsername(account.username));
  EXPECT_NE(database_.FindBySubdomain(account.subdomain), nullptr);
  EXPECT_EQ(database_.Register({}).error(), DatabaseError::kReadOnly);
  EXPECT_EQ(database_.Update(account.subdomain, "A").error(), DatabaseError::kReadOnly);
  database_.SetState(DatabaseState::kDown);
  EXPECT_EQ(database_.FindByUsername(account.username).error(), DatabaseError::kDown);
  EXPECT_EQ(database_.FindBySubdomain(account.subdomain), nullptr);
  EXPECT_EQ(database_.Register({}).error(), DatabaseError::kDown);
  database_.SetState(DatabaseState::kUp);
  EXPECT_TRUE(database_.Update(account.subdomain, "A"));
  EXPECT_EQ(database_.registrations(), 1U);
}

TEST_F(DatabaseTest, DeletesAndChangesPasswords) {
  const Account first = Register();
  const Account second = Register();
  const auto fresh = database_.ChangePassword(second.username);
  ASSERT_TRUE(fresh);
  EXPECT_NE(*fresh, second.password);
  EXPECT_TRUE(database_.Delete(first.username));
  EXPECT_FALSE(database_.Delete(first.username));
  EXPECT_FALSE(database_.ChangePassword(first.username));
  EXPECT_EQ(database_.FindBySubdomain(first.subdomain), nullptr);
  EXPECT_EQ(database_.Find(second.subdomain.Text() + ".auth.example.org"), database_.Find(second.username.Text()));
  EXPECT_EQ(database_.Find("bob"), nullptr);
  EXPECT_EQ(database_.size(), 1U);
}

TEST_F(DatabaseTest, RestoresABackup) {
  const Account early = Register();
  Update(early, "A");
  const auto backup = database_.Backup();
  Update(early, "B");
  const Account late = Register();
  database_.Delete(early.username);
  database_.Restore(backup);
  EXPECT_EQ(database_.size(), 1U);
  EXPECT_EQ(database_.Find(late.username.Text()), nullptr);
  ASSERT_NE(database_.FindBySubdomain(early.subdomain), nullptr);
  EXPECT_THAT(database_.FindBySubdomain(early.subdomain)->values, ElementsAre("A", ""));
}

}  // namespace
}  // namespace mock_acmedns
