#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock_http/program.h"
#include "mock_kubeapi/server/command_line.h"
#include "mock_kubeapi/server/mock_kube_api.h"

namespace {

constexpr int kUsageError = 2;

int Fail(int code, const std::string& text) {
  fmt::print(stderr, "mock-kubeapi: {}\n", text);
  return code;
}

/// The line that says where it serves.
std::string ReadyLine(const mock_kubeapi::MockKubeApi& mock, const mock_kubeapi::ProgramOptions& options) {
  nlohmann::ordered_json ready = {{"url", mock.BaseUrl()}};
  if (!mock.ControlUrl().empty()) ready["control"] = mock.ControlUrl();
  if (!options.kubeconfig.empty()) ready["kubeconfig"] = options.kubeconfig;
  if (!options.ca_file.empty()) ready["ca_file"] = options.ca_file;
  ready["pid"] = getpid();
  return ready.dump() + "\n";
}

struct OutputFile {
  const char* flag;
  const std::string& path;
  const std::string& text;
  unsigned mode = mock_http::kPublicFileMode;
};

}  // namespace

int main(int argc, char** argv) {
  auto options = mock_kubeapi::ReadCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (!options) {
    fmt::print(options.error().code == 0 ? stdout : stderr, "{}", options.error().text);
    return options.error().code;
  }
  const mock_http::StopSignals stop;
  mock_http::VirtualClock clock;
  if (options->virtual_clock) options->mock.virtual_clock = &clock;
  auto mock = mock_kubeapi::MockKubeApi::Start(options->mock);
  if (!mock) return Fail(kUsageError, "--" + mock.error());

  const std::string kubeconfig = (*mock)->Kubeconfig();
  const std::string ready = ReadyLine(**mock, *options);
  for (const OutputFile& file :
       {OutputFile{"--kubeconfig", options->kubeconfig, kubeconfig, mock_http::kSecretFileMode},
        OutputFile{"--ca-file", options->ca_file, (*mock)->CaCertificate()},
        OutputFile{"--ready-file", options->ready_file, ready}}) {
    if (file.path.empty()) continue;
    const std::string problem = mock_http::WriteFileAtomically(file.path, file.text, file.mode);
    if (!problem.empty()) return Fail(kUsageError, fmt::format("{}: {}", file.flag, problem));
  }
  fmt::print("{}", ready);
  std::fflush(stdout);

  stop.Wait();
  (*mock)->Stop();
  if (!options->ready_file.empty()) unlink(options->ready_file.c_str());
  return 0;
}
