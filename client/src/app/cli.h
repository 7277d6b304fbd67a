// The command line: words to a command and its flags, help texts, and one clear line for what can't be understood.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/settings.h"

namespace client {

struct CommandLine {
  Command command = Command::kVersion;
  Flags flags;
};

/// The run ends here: a help text was asked for (exit_code 0, for stdout) or the words make no sense (2, for stderr).
struct CliStop {
  int exit_code = 0;
  std::string text;
};

/// `arguments` without the program's name. Values are not looked at; that is MakeConfig()'s part.
std::variant<CommandLine, CliStop> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace client
