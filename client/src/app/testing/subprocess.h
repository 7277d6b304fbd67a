// Runs a program as a user does, with its own arguments and environment, and keeps what it says.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace client::testing {

struct ProgramResult {
  int exit_code = -1;  ///< 128 + N when signal N ended it
  std::string output;
  std::string errors;
};

/// A running program; nothing of this process' environment reaches it.
class Subprocess {
 public:
  struct Options {
    std::string program;
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;
    std::string input;
  };
  explicit Subprocess(const Options& options);
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  void Signal(int signal) const;
  /// Waits for the end; kills the program and fails the test when it takes longer than `patience`.
  ProgramResult Wait(std::chrono::milliseconds patience);

 private:
  int process_ = -1;
  int output_ = -1;
  int errors_ = -1;
};

}  // namespace client::testing
