// The program's flags.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "mock_acmedns/mock_acmedns.h"

namespace mock_acmedns {

struct ProgramOptions {
  MockAcmeDnsOptions mock;
  bool virtual_clock = false;
  std::string ca_file;     ///< empty: not written
  std::string ready_file;  ///< empty: not written
};

/// What to do instead of serving: print `text` (to stdout for exit code 0, else to stderr) and end.
struct EarlyExit {
  int code = 0;
  std::string text;
};

/// Reads the flags, without the program's name. Reads the password file that --basic-auth names. A wrong or missing
/// value gives exit code 2 and a text that names the flag; --help and --version give 0.
std::expected<ProgramOptions, EarlyExit> ReadCommandLine(std::vector<std::string> arguments);

}  // namespace mock_acmedns
