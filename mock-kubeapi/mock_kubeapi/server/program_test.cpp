// Runs the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock_http/test_program.h"

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The real mock-kubeapi.
class Program : public mock_http::Program {
 public:
  explicit Program(std::vector<std::string> arguments)
      : mock_http::Program(MOCK_KUBEAPI_PROGRAM, std::move(arguments)) {}
};

class KubeProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("mock-kubeapi-" + std::to_string(getpid()));
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

TEST_F(KubeProgramTest, SaysWhereItServesAndStopsOnSigterm) {
  Program program({"--ready-file", Path("ready"), "--control", "127.0.0.1:0"});
  const std::string line = program.ReadLine();
  const json ready = json::parse(line, nullptr, false);
  ASSERT_TRUE(ready.is_object()) << line << program.ReadErrors();
  EXPECT_THAT(ready["url"].get<std::string>(), StartsWith("https://127.0.0.1:"));
  EXPECT_THAT(ready["control"].get<std::string>(), StartsWith("http://127.0.0.1:"));
  EXPECT_EQ(Content(Path("ready")), line);
  program.Signal(SIGTERM);
  EXPECT_EQ(program.Wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(Path("ready")));
}

TEST_F(KubeProgramTest, WritesAKubeconfigForTheOwnerAlone) {
  Program program({"--kubeconfig", Path("kubeconfig"), "--ca-file", Path("ca.pem")});
  const json ready = json::parse(program.ReadLine(), nullptr, false);
  ASSERT_TRUE(ready.is_object());
  EXPECT_THAT(Content(Path("kubeconfig")), HasSubstr("server: " + ready["url"].get<std::string>() + "\n"));
  EXPECT_THAT(Content(Path("ca.pem")), StartsWith("-----BEGIN CERTIFICATE-----"));
  struct stat status{};
  ASSERT_EQ(stat(Path("kubeconfig").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  program.Signal(SIGINT);
  EXPECT_EQ(program.Wait(), 0);
}

TEST_F(KubeProgramTest, RefusesWrongFlagsWithOneMessage) {
  std::ofstream(Path("tokens.csv")) << "only-a-token\n";
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"--listen", "nowhere"}, "--listen"},
      {{"--authorization", "some"}, "--authorization"},
      {{"--run-pods", "shell"}, "--run-pods"},
      {{"--run-pods", "shell=/none"}, "--run-pods"},
      {{"--runtime", "podman"}, "--run-pods"},
      {{"--runtime", "other"}, "--runtime"},
      {{"--version-string", "latest"}, "--version-string"},
      {{"--virtual-clock"}, "--control"},
      {{"--token-auth-file", Path("none.csv")}, "--token-auth-file"},
      {{"--token-auth-file", Path("tokens.csv")}, "--token-auth-file"},
      {{"--kubeconfig", Path("none/kubeconfig")}, "--kubeconfig"},
  };
  for (const auto& [arguments, flag] : wrong) {
    Program program(arguments);
    EXPECT_EQ(program.Wait(), 2) << arguments.front();
    const std::string errors = program.ReadErrors();
    EXPECT_THAT(errors, HasSubstr(flag));
    EXPECT_THAT(errors, testing::Not(HasSubstr("only-a-token")));
  }
}

}  // namespace
