// Runs the real program.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "conformance/sockets.h"

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::chrono::seconds kPatience{10};

/// A running child; killed when the test forgets it.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    EXPECT_EQ(pipe2(out.data(), O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(err.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    arguments.insert(arguments.begin(), MOCK_ACMEDNS_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, MOCK_ACMEDNS_PROGRAM, &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Program() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(out_);
    close(err_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The first line of stdout; what came so far when the time is up.
  std::string ReadLine() {
    std::string line;
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!line.ends_with('\n') && std::chrono::steady_clock::now() < deadline) {
      pollfd waiting{.fd = out_, .events = POLLIN, .revents = 0};
      char c = 0;
      if (poll(&waiting, 1, 100) > 0 && read(out_, &c, 1) == 1) {
        line.push_back(c);
      } else if ((waiting.revents & POLLHUP) != 0) {
        break;
      }
    }
    return line;
  }
  std::string ReadErrors() {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t length = 0; (length = read(err_, piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(length));
    }
    return text;
  }
  void Signal(int signal) const { kill(pid_, signal); }
  /// The exit code; -1 when a signal ended it or it didn't end in time.
  int Wait() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > deadline) return -1;
      pollfd nothing{.fd = -1, .events = 0, .revents = 0};
      poll(&nothing, 1, 5);
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
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
  EXPECT_EQ(Content(Path("ca.pem")), ready["ca_certificate"]);
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
