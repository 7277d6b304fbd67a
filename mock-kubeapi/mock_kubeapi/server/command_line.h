// The program's flags.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "mock_kubeapi/server/mock_kube_api.h"

namespace mock_kubeapi {

struct ProgramOptions {
  MockKubeApiOptions mock;
  bool virtual_clock = false;
  std::string kubeconfig;  ///< where to write it; empty: not written
  std::string ca_file;     ///< empty: not written
  std::string ready_file;  ///< empty: not written
};

/// What to do instead of serving: print `text` (to stdout for exit code 0, else to stderr) and end.
struct EarlyExit {
  int code = 0;
  std::string text;
};

/// Reads the flags, without the program's name, and the file of --token-auth-file. A wrong or missing value gives exit
/// code 2 and a text that names the flag; --help and --version give 0.
std::expected<ProgramOptions, EarlyExit> ReadCommandLine(std::vector<std::string> arguments);

}  // namespace mock_kubeapi
