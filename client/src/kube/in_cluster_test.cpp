#include "kube/in_cluster.h"

#include <gmock/gmock.h>

#include "testing/fake_files.h"

namespace client {
namespace {

using ::testing::HasSubstr;

class InCluster : public ::testing::Test {
 protected:
  Result<KubeAccess> Load() { return LoadInCluster({.host = host_, .port = port_, .folder = "/sa"}, files_.Reader()); }
  std::string host_ = "10.0.0.1";
  std::string port_ = "6443";
  testing::FakeFiles files_{
      {{"/sa/token", "abc.def\n"}, {"/sa/ca.crt", "-----BEGIN\n"}, {"/sa/namespace", "cert-manager\n"}}};
};

TEST_F(InCluster, TakesAllFromTheServiceAccount) {
  const auto access = Load();
  ASSERT_TRUE(access);
  EXPECT_EQ(access->server, "https://10.0.0.1:6443");
  EXPECT_EQ(access->token, SecretText("abc.def"));
  EXPECT_EQ(access->ca_pem, "-----BEGIN\n");
  EXPECT_EQ(access->default_namespace, "cert-manager");
}

TEST_F(InCluster, PutsIpv6AddressesInBrackets) {
  host_ = "fd00::1";
  port_ = "";
  EXPECT_EQ(Load()->server, "https://[fd00::1]:443");
}

TEST_F(InCluster, CanDoWithoutTheNamespaceFile) {
  files_.contents.erase("/sa/namespace");
  const auto access = Load();
  ASSERT_TRUE(access);
  EXPECT_EQ(access->default_namespace, "");
}

TEST_F(InCluster, SaysWhatToGiveOutsideOfAPod) {
  host_ = "";
  const auto access = Load();
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(access.error().message, HasSubstr("--kubeconfig (KUBECONFIG)"));
}

TEST_F(InCluster, NamesAMissingOrEmptyFile) {
  for (const char* path : {"/sa/token", "/sa/ca.crt"}) {
    const auto kept = files_.contents.extract(path);
    const auto access = Load();
    ASSERT_FALSE(access);
    EXPECT_EQ(access.error().kind, ErrorKind::kMisconfigured);
    EXPECT_THAT(access.error().message, HasSubstr(path));
    files_.contents[path] = kept.mapped();
  }
  files_.contents["/sa/token"] = "\n";
  ASSERT_FALSE(Load());
  EXPECT_THAT(Load().error().message, HasSubstr("/sa/token is empty"));
}

}  // namespace
}  // namespace client
