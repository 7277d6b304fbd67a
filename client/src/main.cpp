// The composition root: words and environment to a configuration, real effects, one run, its texts and its exit code.
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli.h"
#include "app/config.h"
#include "app/run.h"
#include "app/system_effects.h"
#include "io/files.h"
#include "io/log.h"
#include "io/stop.h"
#include "selfreg/outcome.h"

namespace client {
namespace {

Environment ReadEnvironment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Result<std::string> ReadFileOrStandardInput(const std::string& path) {
  return path == "-" ? ReadStandardInput() : ReadFile(path);
}

/// Prints and leaves what the command says; returns its exit code.
int Deliver(const CommandResult& result, const Settings& settings, Log& log) {
  const auto path = settings.Value("--termination-log");
  if (!result.termination_message.empty()) {
    const auto written =
        WriteTerminationMessage(path.value_or(kDefaultTerminationLog), result.termination_message, path.has_value());
    // Outside of a container there is no such file, and none is wanted.
    if (!written && path) log.Write(LogLevel::kWarning, written.error().message);
  }
  const bool printed = std::fwrite(result.output.data(), 1, result.output.size(), stdout) == result.output.size() &&
                       std::fflush(stdout) == 0;
  if (printed) return result.exit_code;
  // A run has done its work and has told of it elsewhere, too; what other commands are run for is lost.
  const bool is_run = !result.termination_message.empty();
  log.Write(is_run ? LogLevel::kWarning : LogLevel::kError, "standard output can't be written");
  return is_run || result.exit_code != 0 ? result.exit_code : static_cast<int>(ExitCode::kUsage);
}

int RunOnline(const Config& config, const Settings& settings, Log& log) {
  const auto refuse = [&](const Error& error) {
    log.Write(LogLevel::kError, error.message);
    return Deliver(RefusedResult(config.command, config.output, error), settings, log);
  };
  const auto stop = Stop::Create();
  if (!stop) return refuse(stop.error());
  const StopOnSignals signals(**stop);
  const auto system = SystemEffects::Create(config, **stop, log);
  if (!system) return refuse(system.error());
  const int exit_code = Deliver(RunCommand(config, (*system)->effects()), settings, log);
  // As a shell has it; but what was completed before the signal came is done.
  return exit_code != 0 && (*stop)->Requested() ? 128 + (*stop)->Signal() : exit_code;
}

int Main(const std::vector<std::string>& arguments) {
  auto parsed = ParseCommandLine(arguments);
  if (const auto* end = std::get_if<CliStop>(&parsed)) {
    std::fputs(end->text.c_str(), end->exit_code == 0 ? stdout : stderr);
    return end->exit_code;
  }
  auto& line = std::get<CommandLine>(parsed);
  const Settings settings(line.command, std::move(line.flags), ReadEnvironment());
  const auto log = MakeStderrLog(LogOptionsOf(settings));
  const auto config = MakeConfig(settings, ReadFileOrStandardInput);
  if (!config) {
    log->Write(LogLevel::kError, config.error().message);
    return Deliver(RefusedResult(settings.command(), OutputFormatOf(settings), config.error()), settings, *log);
  }
  if (!NeedsCluster(config->command)) return Deliver(RunOffline(*config, *log), settings, *log);
  return RunOnline(*config, settings, *log);
}

}  // namespace
}  // namespace client

int main(int argc, char** argv) {
  return client::Main(std::vector<std::string>(argv + 1, argv + argc));
}
