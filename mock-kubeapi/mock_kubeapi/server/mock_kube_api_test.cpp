#include "mock_kubeapi/server/mock_kube_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/server/command_line.h"

namespace mock_kubeapi {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(MockKubeApi, ServesOverTlsOnAFreePort) {
  const auto mock = MockKubeApi::Start({});
  ASSERT_TRUE(mock) << mock.error();
  EXPECT_THAT((*mock)->BaseUrl(), StartsWith("https://127.0.0.1:"));
  EXPECT_NE((*mock)->port(), 0);
  EXPECT_EQ((*mock)->ControlUrl(), "");
  (*mock)->Locked([](KubeApi& kube) { EXPECT_NE(kube.store().Find({"namespaces", "", "default"}), nullptr); });
}

TEST(MockKubeApi, HandsOutAKubeconfigThatNamesItself) {
  const auto mock = MockKubeApi::Start({});
  ASSERT_TRUE(mock);
  const std::string kubeconfig = (*mock)->Kubeconfig();
  EXPECT_THAT(kubeconfig, HasSubstr("server: " + (*mock)->BaseUrl()));
  EXPECT_THAT(kubeconfig, HasSubstr("certificate-authority-data: " + EncodeBase64((*mock)->CaCertificate())));
  EXPECT_THAT(kubeconfig, HasSubstr("client-key-data: "));
  EXPECT_THAT((*mock)->KubeconfigForToken("t0ken"), HasSubstr("token: t0ken"));
}

TEST(MockKubeApi, AcceptsItsAdminToken) {
  const auto mock = MockKubeApi::Start({});
  ASSERT_TRUE(mock);
  const mock_http::Request request{
      .method = "GET", .target = "/api/v1/secrets", .headers = {{"Authorization", "Bearer " + (*mock)->AdminToken()}}};
  EXPECT_EQ((*mock)->endpoint().Serve(request).response.status, 200);
}

TEST(MockKubeApi, LetsControllersWorkWhenAVirtualClockMoves) {
  mock_http::VirtualClock clock;
  const auto mock = MockKubeApi::Start({.virtual_clock = &clock, .seed = 1});
  ASSERT_TRUE(mock);
  clock.Advance(std::chrono::hours(1));
  (*mock)->Stop();
  clock.Advance(std::chrono::hours(1));  // nobody listens any more
}

TEST(MockKubeApi, NamesTheOptionThatIsWrong) {
  MockKubeApiOptions bad_address;
  bad_address.listen = "nowhere";
  const auto mock = MockKubeApi::Start(bad_address);
  ASSERT_FALSE(mock);
  EXPECT_THAT(mock.error(), StartsWith("listen: "));
}

TEST(KubeCommandLine, ReadsEveryFlag) {
  const auto options = ReadCommandLine({"--listen",
                                        "127.0.0.1:6443",
                                        "--kubeconfig",
                                        "k",
                                        "--ca-file",
                                        "c",
                                        "--control",
                                        "127.0.0.1:0",
                                        "--service-account-issuer",
                                        "https://issuer",
                                        "--authorization",
                                        "always-allow",
                                        "--version-string",
                                        "v1.30.2",
                                        "--ready-file",
                                        "r",
                                        "--virtual-clock",
                                        "--seed",
                                        "5",
                                        "--no-anonymous",
                                        "--aggregated-discovery"});
  ASSERT_TRUE(options) << options.error().text;
  EXPECT_EQ(options->mock.listen, "127.0.0.1:6443");
  EXPECT_EQ(options->kubeconfig, "k");
  EXPECT_EQ(options->ca_file, "c");
  EXPECT_EQ(options->mock.control_listen, "127.0.0.1:0");
  EXPECT_EQ(options->mock.api.tokens.issuer, "https://issuer");
  EXPECT_EQ(options->mock.api.authorization, ApiServerOptions::Authorization::kAlwaysAllow);
  EXPECT_EQ(options->mock.api.git_version, "v1.30.2");
  EXPECT_EQ(options->ready_file, "r");
  EXPECT_TRUE(options->virtual_clock);
  EXPECT_EQ(options->mock.seed, 5U);
  EXPECT_FALSE(options->mock.api.allow_anonymous);
  EXPECT_TRUE(options->mock.api.aggregated_discovery);
}

TEST(KubeCommandLine, HelpNamesTheFlagsAndShowsExamples) {
  const auto help = ReadCommandLine({"--help"});
  ASSERT_FALSE(help);
  EXPECT_EQ(help.error().code, 0);
  EXPECT_THAT(help.error().text, HasSubstr("--token-auth-file"));
  EXPECT_THAT(help.error().text, HasSubstr("Examples:"));
}

}  // namespace
}  // namespace mock_kubeapi
