#include "app/testing/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace client::testing {
namespace {

std::array<int, 2> Pipe() {
  std::array<int, 2> ends = {};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return ends;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Reads what is there; false at the end.
bool ReadSome(int descriptor, std::string& text) {
  std::array<char, 4096> bytes = {};
  const ssize_t got = ::read(descriptor, bytes.data(), bytes.size());
  if (got > 0) text.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

Subprocess::Subprocess(const Options& options) {
  const auto input = Pipe();
  const auto output = Pipe();
  const auto errors = Pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
  std::vector<std::string> arguments = options.arguments;
  arguments.insert(arguments.begin(), options.program);
  std::vector<std::string> environment;
  environment.reserve(options.environment.size());
  for (const auto& [name, value] : options.environment) environment.push_back(fmt::format("{}={}", name, value));
  const int failed = ::posix_spawn(&process_, options.program.c_str(), &actions, nullptr, Pointers(arguments).data(),
                                   Pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) std::abort();
  for (const int end : {input[0], output[1], errors[1]}) ::close(end);
  // Inputs of tests are short enough for a pipe's buffer.
  if (::write(input[1], options.input.data(), options.input.size()) < 0) ADD_FAILURE() << "can't write the input";
  ::close(input[1]);
  output_ = output[0];
  errors_ = errors[0];
}

Subprocess::~Subprocess() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  ::close(output_);
  ::close(errors_);
}

void Subprocess::Signal(int signal) const {
  ::kill(process_, signal);
}

ProgramResult Subprocess::Wait(std::chrono::milliseconds patience) {
  ProgramResult result;
  const auto end = std::chrono::steady_clock::now() + patience;
  std::array<pollfd, 2> wait = {
      {{.fd = output_, .events = POLLIN, .revents = 0}, {.fd = errors_, .events = POLLIN, .revents = 0}}};
  while (wait[0].fd >= 0 || wait[1].fd >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      ADD_FAILURE() << "the program did not end within " << patience.count() << " ms; so far it said:\n"
                    << result.errors;
      ::kill(process_, SIGKILL);
      break;
    }
    ::poll(wait.data(), wait.size(), static_cast<int>(left.count()));
    if (wait[0].revents != 0 && !ReadSome(output_, result.output)) wait[0].fd = -1;
    if (wait[1].revents != 0 && !ReadSome(errors_, result.errors)) wait[1].fd = -1;
  }
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace client::testing
