#include "mock_acmedns/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace mock_acmedns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CommandLineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("acmedns-cli-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string File(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::filesystem::path folder_;
};

TEST_F(CommandLineTest, ServesWithoutAnyFlag) {
  const auto options = ReadCommandLine({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mock.http_listen, "127.0.0.1:0");
  EXPECT_EQ(options->mock.config.domain, "auth.example.org");
  EXPECT_FALSE(options->mock.control_listen);
}

TEST_F(CommandLineTest, ReadsEveryFlag) {
  const auto options = ReadCommandLine({"--http",
                                        "127.0.0.1:1",
                                        "--dns=127.0.0.1:2",
                                        "--control",
                                        "[::1]:3",
                                        "--domain",
                                        "a.test",
                                        "--nsname",
                                        "ns.test",
                                        "--nsadmin",
                                        "me.test",
                                        "--record",
                                        "a.test. A 1.2.3.4",
                                        "--record",
                                        "b.test. CNAME a.test.",
                                        "--basic-auth",
                                        "bob:" + File("password", "s3cret: x\n"),
                                        "--disable-registration",
                                        "--use-header",
                                        "X-Forwarded-For",
                                        "--tls",
                                        "--ca-file",
                                        "/ca",
                                        "--ready-file",
                                        "/ready",
                                        "--virtual-clock",
                                        "--seed",
                                        "7"});
  ASSERT_TRUE(options) << options.error().text;
  const Config& config = options->mock.config;
  EXPECT_EQ(options->mock.http_listen, "127.0.0.1:1");
  EXPECT_EQ(options->mock.dns_listen, "127.0.0.1:2");
  EXPECT_EQ(options->mock.control_listen, "[::1]:3");
  EXPECT_EQ(config.domain, "a.test");
  EXPECT_EQ(config.nsname, "ns.test");
  EXPECT_EQ(config.nsadmin, "me.test");
  EXPECT_THAT(config.records, ElementsAre("a.test. A 1.2.3.4", "b.test. CNAME a.test."));
  EXPECT_EQ(config.basic_auth->user, "bob");
  EXPECT_EQ(config.basic_auth->password, "s3cret: x");
  EXPECT_TRUE(config.disable_registration);
  EXPECT_EQ(config.use_header, "X-Forwarded-For");
  EXPECT_TRUE(options->mock.tls);
  EXPECT_EQ(options->ca_file, "/ca");
  EXPECT_EQ(options->ready_file, "/ready");
  EXPECT_TRUE(options->virtual_clock);
  EXPECT_EQ(options->mock.seed, 7U);
}

TEST_F(CommandLineTest, NamesTheFlagThatIsWrong) {
  const auto expect_refused = [](std::vector<std::string> arguments, const std::string& flag) {
    const auto options = ReadCommandLine(std::move(arguments));
    ASSERT_FALSE(options) << flag;
    EXPECT_EQ(options.error().code, 2);
    EXPECT_THAT(options.error().text, HasSubstr(flag));
  };
  expect_refused({"--http", "x"}, "--http");
  expect_refused({"--dns", "127.0.0.1:70000"}, "--dns");
  expect_refused({"--control", ""}, "--control");
  expect_refused({"--record", "bogus"}, "--record");
  for (const char* seed : {"many", "", "-1", "1x", "18446744073709551616"}) expect_refused({"--seed", seed}, "--seed");
  expect_refused({"--ca-file", "/ca"}, "--ca-file");
  expect_refused({"--virtual-clock"}, "--virtual-clock");
  expect_refused({"--basic-auth", "bob"}, "--basic-auth");
  expect_refused({"--basic-auth", ":file"}, "--basic-auth");
  expect_refused({"--basic-auth", "bob:/no/such/file"}, "--basic-auth");
  expect_refused({"--basic-auth", "bob:" + File("empty", "\n")}, "--basic-auth");
  expect_refused({"--basic-auth", "bob:" + folder_.string()}, "--basic-auth");
  expect_refused({"--nonsense"}, "--nonsense");
  expect_refused({"positional"}, "positional");
}

TEST_F(CommandLineTest, PrintsHelpWithExamples) {
  const auto options = ReadCommandLine({"--help"});
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().code, 0);
  EXPECT_THAT(options.error().text, HasSubstr("Examples:"));
  EXPECT_EQ(ReadCommandLine({"--version"}).error().code, 0);
}

}  // namespace
}  // namespace mock_acmedns
