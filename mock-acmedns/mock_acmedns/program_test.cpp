// Runs the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "conformance/sockets.h"
#include "mock_http/test_program.h"

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The real mock-acmedns.
class Program : public mock_http::Program {
 public:
  explicit Program(std::vector<std::string> arguments)
      : mock_http::Program(MOCK_ACMEDNS_PROGRAM, std::move(arguments)) {}
};

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("mock-acmedns-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string Content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
};

TEST_F(ProgramTest, SaysWhereItServesAndStopsOnSigterm) {
  Program program({"--ready-file", Path("ready"), "--control", "127.0.0.1:0"});
  const std::string line = program.ReadLine();
  const json ready = json::parse(line, nullptr, false);
  ASSERT_TRUE(ready.is_object()) << line;
  EXPECT_THAT(ready["http"].get<std::string>(), StartsWith("http://127.0.0.1:"));
  EXPECT_THAT(ready["control"].get<std::string>(), StartsWith("http://127.0.0.1:"));
  EXPECT_EQ(Content(Path("ready")), line);

  const std::string dns = ready["dns"];
  const auto port = static_cast<std::uint16_t>(std::stoi(dns.substr(dns.rfind(':') + 1)));
  const auto answer = mock_http::conformance::AskDns({{"name", "auth.example.org"}, {"type", "NS"}},
                                                     {.host = "127.0.0.1", .port = port}, 1);
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)["answer"][0]["data"], "auth.example.org.");

  program.Signal(SIGTERM);
  EXPECT_EQ(program.Wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(Path("ready")));
}

TEST_F(ProgramTest, WritesTheCaOfItsCertificate) {
  Program program({"--tls", "--ca-file", Path("ca.pem")});
  const json ready = json::parse(program.ReadLine(), nullptr, false);
  ASSERT_TRUE(ready.is_object());
  EXPECT_THAT(ready["http"].get<std::string>(), StartsWith("https://127.0.0.1:"));
  EXPECT_EQ(Content(Path("ca.pem")), ready["ca_certificate"].get<std::string>());
  EXPECT_THAT(Content(Path("ca.pem")), StartsWith("-----BEGIN CERTIFICATE-----"));
  program.Signal(SIGINT);
  EXPECT_EQ(program.Wait(), 0);
}

TEST_F(ProgramTest, RefusesWrongFlagsWithOneMessage) {
  Program wrong_address({"--http", "nowhere"});
  EXPECT_EQ(wrong_address.Wait(), 2);
  EXPECT_THAT(wrong_address.ReadErrors(), HasSubstr("--http"));
  Program wrong_domain({"--domain", "a..b"});
  EXPECT_EQ(wrong_domain.Wait(), 2);
  EXPECT_EQ(wrong_domain.ReadErrors(), "mock-acmedns: --domain: \"a..b\" is no DNS name\n");
  Program wrong_file({"--ready-file", Path("none/ready")});
  EXPECT_EQ(wrong_file.Wait(), 2);
  EXPECT_THAT(wrong_file.ReadErrors(), HasSubstr("--ready-file"));
}

}  // namespace
