// A program under test as a child process.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

namespace mock_http {

/// A running child; killed when the test forgets it. Waits end after 10 seconds.
class Program {
 public:
  /// `path` of the executable.
  Program(const std::string& path, std::vector<std::string> arguments) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    EXPECT_EQ(pipe2(out.data(), O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(err.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    arguments.insert(arguments.begin(), path);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, path.c_str(), &actions, nullptr, argv.data(), environ), 0);
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
  static constexpr std::chrono::seconds kPatience{10};

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

}  // namespace mock_http
