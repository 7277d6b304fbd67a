#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock_acmedns/command_line.h"
#include "mock_acmedns/mock_acmedns.h"
#include "mock_http/program.h"

namespace {

constexpr int kUsageError = 2;

int Fail(int code, const std::string& text) {
  fmt::print(stderr, "mock-acmedns: {}\n", text);
  return code;
}

/// The line that says where it serves.
std::string ReadyLine(const mock_acmedns::MockAcmeDns& mock, const mock_acmedns::ProgramOptions& options) {
  nlohmann::ordered_json ready = {{"http", mock.BaseUrl()}, {"dns", mock.DnsAddress()}};
  if (!mock.ControlUrl().empty()) ready["control"] = mock.ControlUrl();
  ready["domain"] = options.mock.config.domain;
  ready["pid"] = getpid();
  if (options.mock.tls) ready["ca_certificate"] = mock.ca_certificate();
  if (!options.ca_file.empty()) ready["ca_file"] = options.ca_file;
  return ready.dump() + "\n";
}

}  // namespace

int main(int argc, char** argv) {
  auto options = mock_acmedns::ReadCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (!options) {
    fmt::print(options.error().code == 0 ? stdout : stderr, "{}", options.error().text);
    return options.error().code;
  }
  const mock_http::StopSignals stop;
  mock_http::VirtualClock clock;
  if (options->virtual_clock) options->mock.virtual_clock = &clock;
  auto mock = mock_acmedns::MockAcmeDns::Start(options->mock);
  if (!mock) return Fail(kUsageError, "--" + mock.error());

  if (!options->ca_file.empty()) {
    const std::string problem = mock_http::WriteFileAtomically(options->ca_file, (*mock)->ca_certificate());
    if (!problem.empty()) return Fail(kUsageError, "--ca-file: " + problem);
  }
  const std::string ready = ReadyLine(**mock, *options);
  if (!options->ready_file.empty()) {
    const std::string problem = mock_http::WriteFileAtomically(options->ready_file, ready);
    if (!problem.empty()) return Fail(kUsageError, "--ready-file: " + problem);
  }
  fmt::print("{}", ready);
  std::fflush(stdout);

  stop.Wait();
  (*mock)->Stop();
  if (!options->ready_file.empty()) unlink(options->ready_file.c_str());
  return 0;
}
