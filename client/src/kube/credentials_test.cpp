#include "kube/credentials.h"

#include <gmock/gmock.h>

namespace client {
namespace {

class CredentialsFromFiles : public ::testing::Test {
 protected:
  static KubeAccess WithToken(const std::string& token) { return {.token = SecretText(token)}; }

  Result<KubeAccess> on_disk_ = WithToken("first");
  Result<void> apply_result_;
  std::vector<KubeAccess> applied_;
  LoadedCredentials credentials_{{.loaded = WithToken("first"),
                                  .load = [this] { return on_disk_; },
                                  .apply =
                                      [this](const KubeAccess& access) {
                                        applied_.push_back(access);
                                        return apply_result_;
                                      }}};
};

TEST_F(CredentialsFromFiles, KeepTheTokenUntilTheyAreReloaded) {
  on_disk_ = WithToken("second");
  EXPECT_EQ(credentials_.BearerToken(), "first");
  EXPECT_EQ(credentials_.Reload(), true);
  EXPECT_EQ(credentials_.BearerToken(), "second");
  ASSERT_EQ(applied_.size(), 1U);
  EXPECT_EQ(applied_[0].token, SecretText("second"));
}

TEST_F(CredentialsFromFiles, SayWhenNothingHasChanged) {
  EXPECT_EQ(credentials_.Reload(), false);
  EXPECT_TRUE(applied_.empty());
}

TEST_F(CredentialsFromFiles, NoticeAnotherCaWithTheSameToken) {
  on_disk_->ca_pem = "other";
  EXPECT_EQ(credentials_.Reload(), true);
  EXPECT_EQ(applied_[0].ca_pem, "other");
}

TEST_F(CredentialsFromFiles, StayAsTheyAreWhenAFileCantBeReadOrUsed) {
  on_disk_ = Fail(ErrorKind::kMisconfigured, "gone");
  EXPECT_FALSE(credentials_.Reload());
  EXPECT_EQ(credentials_.BearerToken(), "first");

  on_disk_ = WithToken("second");
  apply_result_ = Fail(ErrorKind::kMisconfigured, "damaged");
  EXPECT_FALSE(credentials_.Reload());
  EXPECT_EQ(credentials_.BearerToken(), "first");
}

TEST_F(CredentialsFromFiles, HaveNoTokenWhereACertificateIdentifies) {
  on_disk_ = KubeAccess{.client_certificate_pem = "x"};
  EXPECT_EQ(credentials_.Reload(), true);
  EXPECT_EQ(credentials_.BearerToken(), std::nullopt);
}

TEST(StaticCredentials, NeverChange) {
  StaticCredentials credentials("token");
  EXPECT_EQ(credentials.BearerToken(), "token");
  EXPECT_EQ(credentials.Reload(), false);
  EXPECT_EQ(StaticCredentials().BearerToken(), std::nullopt);
}

}  // namespace
}  // namespace client
